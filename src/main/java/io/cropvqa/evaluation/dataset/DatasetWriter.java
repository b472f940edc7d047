package io.cropvqa.evaluation.dataset;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.IntConsumer;

/** Writes a data set to a folder: its pictures, and {@code dataset.jsonl} with its questions. */
public final class DatasetWriter {
  /** The file that holds the questions. */
  public static final String FILE = "dataset.jsonl";

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;

  /**
   * @param folder made if there is none
   */
  public DatasetWriter(Path folder) {
    this.folder = folder;
  }

  /**
   * @param progress told how many examples are written
   */
  public void write(VqaDataset dataset, IntConsumer progress) throws IOException {
    Files.createDirectories(folder);
    Set<String> written = new HashSet<>();
    int examples = 0;
    try (BufferedWriter lines = Files.newBufferedWriter(folder.resolve(FILE))) {
      for (VqaExample example : dataset.examples()) {
        if (written.add(example.image())) {
          Files.write(folder.resolve(example.image()), dataset.image(example));
        }
        lines.write(JSON.writeValueAsString(line(example)));
        lines.write("\n");
        progress.accept(++examples);
      }
    }
  }

  private static ObjectNode line(VqaExample example) {
    ObjectNode line =
        JSON.createObjectNode().put("image", example.image()).put("question", example.question());
    line.set("answers", JSON.valueToTree(example.answers()));
    line.put("type", example.type());
    example.region().ifPresent(region -> line.set("region", JSON.valueToTree(region.toList())));
    example.regionReveals().ifPresent(reveals -> line.put("regionReveals", reveals));
    return line;
  }
}
