package io.cropvqa.pruning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

/**
 * {@code cdpruner}: tokens that are unlike each other and relevant to the question, as the
 * likeliest set of a determinantal point process with the kernel {@code diag(r) S diag(r)}, S being
 * the cosines between tokens and r their relevance. Source: CDPruner (Zhang et al., NeurIPS 2025),
 * sections 3.2 and 3.3.
 *
 * <p>Relevance is a token's mean cosine with the question's words, scaled to (0, 1]. The words are
 * those of the language model, in whose space the projected tokens lie, so more alike is more
 * relevant; the paper reads CLIP's two towers, where patches of what the text names score low, and
 * negates (ours).
 */
final class CdprunerPruning implements PruningMethod {
  private static final float LEAST = 1e-6f; // no token is ruled out

  @Override
  public String name() {
    return "cdpruner";
  }

  @Override
  public boolean usesRegion() {
    return false;
  }

  @Override
  public PruningSchedule schedule(int visualTokens, int layers, int budget) {
    return PruningSchedule.before(budget);
  }

  @Override
  public VisualTokens compress(VisualTokens tokens, int keep, PruningRequest request) {
    try (NDManager step = tokens.embeddings().getManager().newSubManager()) {
      NDArray copy = tokens.embeddings().duplicate();
      copy.attach(step);
      NDArray unit = copy.normalize(2, 1); // [N, D]
      float[] relevance = relevance(unit, request.question().embeddings(step));
      float[] similarity = unit.matMul(unit.transpose()).toFloatArray(); // [N, N]
      int[] picked = DeterminantalPointProcess.likeliest(similarity, relevance, keep);
      return tokens.merge(TokenGroups.singletons(picked));
    }
  }

  /** For each token, [N]; all alike where nothing is asked or nothing tells them apart. */
  private static float[] relevance(NDArray unit, NDArray words) {
    float[] relevance = new float[(int) unit.getShape().get(0)];
    if (words.getShape().get(0) > 0) {
      NDArray text = words.normalize(2, 1); // [words, D]
      relevance = unit.matMul(text.transpose()).mean(new int[] {1}).toFloatArray();
    }
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    for (float value : relevance) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    for (int i = 0; i < relevance.length; i++) {
      relevance[i] = most > least ? (relevance[i] - least) / (most - least) + LEAST : 1;
    }
    return relevance;
  }
}
