package io.cropvqa.pruning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.cropvqa.domain.UnusableInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * {@code visionzip}: the <em>dominant</em> tokens that the vision encoder attends to most, and
 * <em>contextual</em> ones into which the others are merged by the likeness of their keys. Source:
 * VisionZip (Yang et al., CVPR 2025), section 3.2; 64 tokens are 54 and 10.
 *
 * <p>Tokens are merged after the projector and a contextual token is the mean of its members
 * (ours); VisionZip's code merges before it and adds the others' mean to the anchor.
 */
final class VisionzipPruning implements PruningMethod {
  private final double contextualShare;

  VisionzipPruning(PruningSettings settings) {
    this.contextualShare = settings.baselines().contextualShare();
  }

  @Override
  public String name() {
    return "visionzip";
  }

  @Override
  public boolean usesRegion() {
    return false;
  }

  @Override
  public PruningSchedule schedule(int visualTokens, int layers, int budget) {
    return PruningSchedule.before(budget);
  }

  /**
   * @throws IllegalArgumentException if the model doesn't let its encoder be seen
   */
  @Override
  public VisualTokens compress(VisualTokens tokens, int keep, PruningRequest request) {
    EncoderView encoder =
        tokens
            .encoder()
            .orElseThrow(
                () ->
                    new UnusableInputException(
                        "pruning \"visionzip\" needs the vision encoder's attention, which this"
                            + " model has none of: use another method"));
    int contextual = contextual(keep);
    int[] all = IntStream.range(0, tokens.count()).toArray();
    int[] dominant = Ranking.top(all, encoder.attention(), keep - contextual);
    int[] others = IntStream.of(all).filter(i -> isAbsent(i, dominant)).toArray();
    TokenGroups kept = TokenGroups.singletons(dominant);
    return tokens.merge(
        contextual == 0 ? kept : kept.and(merged(others, contextual, encoder, tokens)));
  }

  /** How many of so many tokens are contextual. */
  int contextual(int keep) {
    return Math.min(keep - 1, (int) Math.round(contextualShare * keep));
  }

  private static boolean isAbsent(int token, int[] ascending) {
    return Arrays.binarySearch(ascending, token) < 0;
  }

  /** Anchors at even distances; each other token joins the one whose key is most like its own. */
  private static TokenGroups merged(
      int[] others, int count, EncoderView encoder, VisualTokens tokens) {
    int stride = others.length / count;
    List<Integer> anchors = new ArrayList<>();
    List<List<Integer>> members = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      anchors.add(others[i * stride]);
      members.add(new ArrayList<>(List.of(others[i * stride])));
    }
    float[][] similarity = similarity(anchors, encoder, tokens);
    for (int other : others) {
      if (!anchors.contains(other)) {
        members.get(nearest(similarity, other)).add(other);
      }
    }
    return TokenGroups.of(
        members.stream()
            .map(group -> group.stream().mapToInt(Integer::intValue).sorted().toArray())
            .toList(),
        anchors);
  }

  private static int nearest(float[][] similarity, int token) {
    int best = 0;
    for (int anchor = 1; anchor < similarity.length; anchor++) {
      if (similarity[anchor][token] > similarity[best][token]) {
        best = anchor;
      }
    }
    return best;
  }

  /** Cosine of each anchor's key with each token's: [anchors][N]. */
  private static float[][] similarity(
      List<Integer> anchors, EncoderView encoder, VisualTokens tokens) {
    try (NDManager step = tokens.embeddings().getManager().newSubManager()) {
      NDArray unit = encoder.keys(step).normalize(2, 1); // [N, d]
      float[] all = unit.matMul(unit.transpose()).toFloatArray();
      int size = tokens.count();
      return anchors.stream()
          .map(anchor -> Arrays.copyOfRange(all, anchor * size, (anchor + 1) * size))
          .toArray(float[][]::new);
    }
  }
}
