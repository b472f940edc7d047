package io.cropvqa.evaluation.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A data set on disk. Its format is told by its content: JSON lines by the file's name ({@code
 * .jsonl}), VQAv2 by {@code questions}, TextVQA by {@code data}, else GQA.
 */
public final class DatasetFiles implements VqaDataset {
  private static final String JSON_LINES = ".jsonl";

  private final String name;
  private final Path images;
  private final List<VqaExample> examples;

  private DatasetFiles(String name, Path images, List<VqaExample> examples) {
    this.name = name;
    this.images = images;
    this.examples = examples;
  }

  /**
   * Reads all examples; pictures are read when they are asked for.
   *
   * @param file the examples, or the questions of VQAv2
   * @param annotations the answers of VQAv2, which has them in a file of their own
   * @param images folder of the pictures; the file's own without
   * @throws IllegalArgumentException if a file doesn't hold what it should, naming file, place and
   *     field
   * @throws IOException if a file can't be read
   */
  public static DatasetFiles open(Path file, Optional<Path> annotations, Optional<Path> images)
      throws IOException {
    List<VqaExample> examples = reader(file, annotations).read();
    if (examples.isEmpty()) {
      throw new IllegalArgumentException(file + " holds no question");
    }
    Path folder = images.orElseGet(() -> file.toAbsolutePath().getParent());
    return new DatasetFiles(file.getFileName().toString(), folder, examples);
  }

  private static DatasetReader reader(Path file, Optional<Path> annotations) throws IOException {
    if (file.toString().endsWith(JSON_LINES)) {
      return new JsonLinesReader(file);
    }
    JsonEntry content = JsonEntry.file(file);
    if (content.has("questions")) {
      return new VqaV2Reader(
          content,
          annotations.orElseThrow(
              () ->
                  new IllegalArgumentException(
                      file + " holds VQAv2 questions: name the file of their annotations too")));
    }
    return content.has("data") ? new TextVqaReader(content) : new GqaReader(content);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<VqaExample> examples() {
    return examples;
  }

  @Override
  public byte[] image(VqaExample example) throws IOException {
    return Files.readAllBytes(images.resolve(example.image()));
  }
}
