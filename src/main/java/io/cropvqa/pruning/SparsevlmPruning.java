package io.cropvqa.pruning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.cropvqa.tensor.TorchOps;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * {@code sparsevlm}: after layers 2, 6 and 15 of 32, the visual tokens go that the question's
 * <em>raters</em> attend to least, and the best of those that go are recycled: merged into a few.
 * Source: SparseVLM (Zhang et al., ICML 2025), sections 3.2 to 3.4.
 *
 * <p>Recycled tokens are part of the budget (the paper counts them on top), and the stages keep the
 * proportions of its 192-token setting, 300 : 200 : 110, at every budget (ours). Raters are found
 * anew at each stage, from its hidden states (ours; the paper's code takes the embeddings).
 */
final class SparsevlmPruning implements PruningMethod {
  private static final int[] LAYERS_OF_32 = {2, 6, 15};
  private static final double[] SHARES = {300 / 576.0, 200 / 576.0, 110 / 576.0};
  private static final int CLUSTER = 10; // recycled tokens that become one

  private final double recycledShare;
  private final double minSurvivors;

  SparsevlmPruning(PruningSettings settings) {
    this.recycledShare = settings.baselines().recycledShare();
    this.minSurvivors = settings.ilpMinSurvivors();
  }

  @Override
  public String name() {
    return "sparsevlm";
  }

  @Override
  public boolean usesRegion() {
    return false;
  }

  @Override
  public PruningSchedule schedule(int visualTokens, int layers, int budget) {
    int[] after =
        IntStream.of(LAYERS_OF_32).map(layer -> Math.round(layer * layers / 32f)).toArray();
    return new Pyramid(after, SHARES)
        .schedule(new LayerBudget(visualTokens, layers, budget), minSurvivors);
  }

  @Override
  public TokenGroups select(LayerView view, int keep, PruningRequest request) {
    int count = view.patches().length;
    float[] scores = scores(view);
    int clusters = clusters(count, keep);
    int[] all = IntStream.range(0, count).toArray();
    int[] kept = Ranking.top(all, scores, keep - clusters);
    if (clusters == 0) {
      return TokenGroups.singletons(kept);
    }
    int[] dropped = IntStream.of(all).filter(i -> Arrays.binarySearch(kept, i) < 0).toArray();
    int[] recycled = Ranking.top(dropped, scores, (int) (recycledShare * dropped.length));
    return TokenGroups.singletons(kept).and(merged(recycled, clusters, view));
  }

  /** How many of the tokens that are kept are merged from recycled ones; never more than half. */
  int clusters(int count, int keep) {
    int recycled = (int) (recycledShare * (count - keep));
    return recycled == 0 ? 0 : Math.min(recycled / CLUSTER + 1, keep / 2);
  }

  /** Attention of the raters to each visual token, averaged over heads and raters. */
  private static float[] scores(LayerView view) {
    try (NDManager step = view.states().getManager().newSubManager()) {
      int[] raters = raters(view, step);
      NDArray attention = view.attention(raters); // [raters, T]
      attention.attach(step);
      float[] all = attention.mean(new int[] {0}).toFloatArray();
      int[] rows = view.visualRows();
      float[] scores = new float[rows.length];
      for (int i = 0; i < rows.length; i++) {
        scores[i] = all[rows[i]];
      }
      return scores;
    }
  }

  /**
   * The rows of text after the image that are more relevant to it than the average: each visual
   * token shares itself out among them by a softmax of its products with them.
   */
  private static int[] raters(LayerView view, NDManager step) {
    NDArray states = view.states(); // [T, D]
    int[] visual = view.visualRows();
    int rows = (int) states.getShape().get(0);
    int[] text = IntStream.range(visual[visual.length - 1] + 1, rows).toArray();
    if (text.length < 2) {
      return new int[] {rows - 1};
    }
    NDArray products = rows(visual, states, step).matMul(rows(text, states, step).transpose());
    float[] relevance = products.softmax(1).mean(new int[] {0}).toFloatArray(); // [text]
    float average = 1f / text.length; // each visual token shares out 1
    int[] raters =
        IntStream.range(0, text.length)
            .filter(i -> relevance[i] > average)
            .map(i -> text[i])
            .toArray();
    return raters.length == 0 ? text : raters;
  }

  private static NDArray rows(int[] rows, NDArray all, NDManager step) {
    return TorchOps.rows(step.create(IntStream.of(rows).asLongStream().toArray()), all);
  }

  private static TokenGroups merged(int[] recycled, int clusters, LayerView view) {
    int[] visual = view.visualRows();
    int[] rows = IntStream.of(recycled).map(token -> visual[token]).toArray();
    try (NDManager step = view.states().getManager().newSubManager()) {
      return DensityPeaks.of(rows(rows, view.states(), step))
          .clusters(clusters)
          .renumbered(recycled);
    }
  }
}
