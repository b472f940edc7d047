package io.cropvqa.model.golden;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A tiny random checkpoint with what transformers computes from it.
 *
 * @param directory the checkpoint, a model directory like any other
 * @param cases pictures and questions
 * @param tensors what {@link Case} doesn't hold
 */
public record GoldenCheckpoint(Path directory, List<Case> cases, GoldenTensors tensors) {

  /**
   * @param index its place in the list
   * @param picture name of a picture, see {@link Golden#picture}
   * @param question what is asked
   * @param prompt the rendered chat template
   * @param inputIds ids of the prompt, the image token repeated N times
   * @param tokenIds the 32 ids that greedy decoding gives
   * @param text those ids decoded
   */
  public record Case(
      int index,
      String picture,
      String question,
      String prompt,
      int[] inputIds,
      int[] tokenIds,
      String text) {}

  /** Every golden checkpoint of a family. */
  public static List<GoldenCheckpoint> all(String family) {
    try (Stream<Path> folders = Files.list(Golden.path(family))) {
      return folders.sorted().map(GoldenCheckpoint::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static GoldenCheckpoint of(String family, String name) {
    return read(Golden.path(family, name));
  }

  private static GoldenCheckpoint read(Path directory) {
    JsonNode json = Golden.json(directory.resolve("golden.json"));
    List<Case> cases = new ArrayList<>();
    for (JsonNode node : json.get("cases")) {
      cases.add(
          new Case(
              cases.size(),
              node.get("picture").asText(),
              node.get("question").asText(),
              node.get("prompt").asText(),
              integers(node.get("input_ids")),
              integers(node.get("token_ids")),
              node.get("text").asText()));
    }
    return new GoldenCheckpoint(
        directory, cases, GoldenTensors.read(directory.resolve("golden.safetensors")));
  }

  private static int[] integers(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).mapToInt(JsonNode::asInt).toArray();
  }

  public String name() {
    return directory.getFileName().toString();
  }

  @Override
  public String toString() {
    return directory.getParent().getFileName() + "/" + name();
  }

  /** N, visual tokens of the first case's picture. */
  public int imageTokens() {
    return imageFeatures(cases.get(0)).shape().get(0);
  }

  /** The processed picture of a case: [1, 3, H, W], or as the family's tower takes it. */
  public GoldenTensors.Tensor pixelValues(Case question) {
    return tensors.get("pixel_values." + question.picture());
  }

  /** The visual tokens of a case after the projector, [N, D]. */
  public GoldenTensors.Tensor imageFeatures(Case question) {
    return tensors.get("image_features." + question.picture());
  }

  /** The logits at the last position of a case's prompt, [V]. */
  public GoldenTensors.Tensor lastLogits(Case question) {
    return tensors.get("logits." + question.index());
  }

  /** The logits at every position of the first case's prompt, [T, V], where they were kept. */
  public Optional<GoldenTensors.Tensor> allLogits() {
    return Optional.ofNullable(tensors.byName().get("all_logits.0"));
  }
}
