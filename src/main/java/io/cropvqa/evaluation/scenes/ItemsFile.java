package io.cropvqa.evaluation.scenes;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What is on each picture of a data set, for training an encoder: a line a picture, {@code
 * {"image", "items": [{"name", "card", "number" or "word", "box", "signBox"}]}}, boxes as {@code
 * [left, top, right, bottom]} in pixels.
 */
public final class ItemsFile {
  /** The file's name, beside the pictures. */
  public static final String NAME = "items.jsonl";

  private static final ObjectMapper JSON = new ObjectMapper();

  private ItemsFile() {}

  public static void write(SceneDataset dataset, Path folder) throws IOException {
    try (BufferedWriter lines = Files.newBufferedWriter(folder.resolve(NAME))) {
      for (Map.Entry<String, List<SceneItem>> scene : dataset.items().entrySet()) {
        ObjectNode line = JSON.createObjectNode().put("image", scene.getKey());
        ArrayNode items = line.putArray("items");
        scene.getValue().forEach(item -> items.add(item(item)));
        lines.write(JSON.writeValueAsString(line));
        lines.write("\n");
      }
    }
  }

  private static ObjectNode item(SceneItem item) {
    ObjectNode json = JSON.createObjectNode().put("name", item.name());
    item.card().ifPresent(card -> json.put("card", card.word()));
    item.sign()
        .ifPresent(
            sign -> json.put(sign.kind() == Sign.Kind.NUMBER ? "number" : "word", sign.text()));
    json.set("box", box(item.box()));
    item.signBox().ifPresent(sign -> json.set("signBox", box(sign)));
    return json;
  }

  private static ArrayNode box(PixelBox box) {
    return JSON.createArrayNode().add(box.left()).add(box.top()).add(box.right()).add(box.bottom());
  }
}
