package io.cropvqa.model.golden;

import io.cropvqa.model.TinyModel;
import java.util.List;

/** What transformers attends to on golden checkpoints: {@code golden/attention/}. */
public final class GoldenAttention {
  public static final List<String> FAMILIES =
      List.of("llava", "llava_next", "smolvlm", "qwen2_vl", "qwen2_5_vl");

  /** Cases of each checkpoint that there are maps of, from the first. */
  public static final int CASES = 4;

  private GoldenAttention() {}

  /** The checkpoints of a family that there are maps of. */
  public static List<GoldenCheckpoint> checkpoints(String family) {
    GoldenTensors tensors = tensors(family);
    return GoldenCheckpoint.all(family).stream()
        .filter(golden -> tensors.names().contains(golden.name() + ".0"))
        .toList();
  }

  /** The decoder layer that the maps are of. */
  public static int layer(TinyModel model) {
    return (int) Math.round(14 / 32.0 * model.layers());
  }

  /** What the prompt's last token attends to: [T]. */
  public static float[] ofLastToken(GoldenCheckpoint golden, GoldenCheckpoint.Case question) {
    return tensor(golden, Integer.toString(question.index()));
  }

  /** How strongly the tower attends to each visual token: [N]. */
  public static float[] received(GoldenCheckpoint golden, GoldenCheckpoint.Case question) {
    return tensor(golden, "received." + question.picture());
  }

  /** The tower's keys, averaged over heads and a token's patches: [N, d]. */
  public static float[] keys(GoldenCheckpoint golden, GoldenCheckpoint.Case question) {
    return tensor(golden, "keys." + question.picture());
  }

  private static float[] tensor(GoldenCheckpoint golden, String name) {
    String family = golden.directory().getParent().getFileName().toString();
    return tensors(family).get(golden.name() + "." + name).floats();
  }

  private static GoldenTensors tensors(String family) {
    return GoldenTensors.read(Golden.path("attention", family + ".safetensors"));
  }
}
