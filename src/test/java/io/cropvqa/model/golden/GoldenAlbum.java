package io.cropvqa.model.golden;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What transformers answers about several pictures at once: {@code golden/several_images/}.
 *
 * @param checkpoint that is asked
 * @param index its place among those of the checkpoint
 * @param pictures names, see {@link Golden#picture}
 * @param question what is asked
 * @param inputIds ids of the prompt, the image token repeated as often as the pictures have tokens
 * @param tokenIds the 32 ids that greedy decoding gives
 * @param lastLogits the logits at the last position of the prompt, [V]
 */
public record GoldenAlbum(
    GoldenCheckpoint checkpoint,
    int index,
    List<String> pictures,
    String question,
    int[] inputIds,
    int[] tokenIds,
    float[] lastLogits) {

  /** Every one of a family. */
  public static List<GoldenAlbum> all(String family) {
    GoldenTensors logits =
        GoldenTensors.read(Golden.path("several_images", family + ".safetensors"));
    return elements(Golden.json(Golden.path("several_images", family + ".json")).get("cases"))
        .map(node -> read(family, node, logits))
        .toList();
  }

  private static GoldenAlbum read(String family, JsonNode node, GoldenTensors logits) {
    String name = node.get("checkpoint").asText();
    int index = node.get("index").asInt();
    return new GoldenAlbum(
        GoldenCheckpoint.of(family, name),
        index,
        elements(node.get("pictures")).map(JsonNode::asText).toList(),
        node.get("question").asText(),
        integers(node.get("input_ids")),
        integers(node.get("token_ids")),
        logits.get("%s.%d".formatted(name, index)).floats());
  }

  private static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }

  private static int[] integers(JsonNode array) {
    return elements(array).mapToInt(JsonNode::asInt).toArray();
  }

  @Override
  public String toString() {
    return "%s about %s".formatted(checkpoint, pictures);
  }
}
