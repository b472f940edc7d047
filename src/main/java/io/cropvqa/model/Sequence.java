package io.cropvqa.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.cropvqa.model.layers.Positions;
import io.cropvqa.pruning.PositionIds;
import io.cropvqa.pruning.QuestionPruning;
import io.cropvqa.pruning.TokenGroups;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * One question on its way through the decoder: the tokens that go in next, and the keys and values
 * of those before. Closing it frees them.
 */
public final class Sequence implements AutoCloseable {
  private final NDManager memory;
  private final KvCache cache;
  private final QuestionPruning pruning;
  private final List<Integer> tokensPerLayer = new ArrayList<>();
  private final List<Integer> visualTokensPerLayer = new ArrayList<>();
  private final PromptRows[] rowsOfLayer;
  private PromptRows pending;
  private NDArray prompt;
  private int token;
  private int generated;
  private long rankingFlops;

  /**
   * @param memory taken over: closed with the sequence
   * @param cache empty, in that memory
   * @param pruning what to drop between layers of the prefill
   */
  Sequence(NDManager memory, int layers, KvCache cache, Prompt prompt, QuestionPruning pruning) {
    this.memory = memory;
    this.cache = cache;
    this.pruning = pruning;
    this.prompt = prompt.embeddings();
    PromptRows rows = PromptRows.of(prompt);
    this.pending = pruning.positionIds() == PositionIds.COMPACT ? rows.compact() : rows;
    this.rowsOfLayer = new PromptRows[layers];
    Arrays.fill(rowsOfLayer, pending);
  }

  /** Gives the token that goes in with the next step. */
  public void append(int next) {
    if (isPrefill()) {
      throw new IllegalStateException("the prompt goes in before any token");
    }
    token = next;
    generated++;
  }

  /** Whether the prompt is still to go in. */
  public boolean isPrefill() {
    return prompt != null;
  }

  /** Rows that the next layer computes. */
  int rows() {
    return isPrefill() ? pending.count() : 1;
  }

  NDArray prompt() {
    return prompt;
  }

  int token() {
    return token;
  }

  /** The prompt's rows that go on from where the prefill is. */
  PromptRows pending() {
    return pending;
  }

  /** The prompt's rows whose keys one layer holds, or is about to hold. */
  PromptRows rowsOf(int layer) {
    return isPrefill() ? pending : rowsOfLayer[layer];
  }

  /**
   * Positions of the rows that one layer computes next. A new token goes on from where that layer's
   * prompt ended, so that it is as far from each key as the layer's own numbering says.
   */
  Positions positions(int layer) {
    return isPrefill()
        ? pending.positions()
        : Positions.text(
            pending.positions().axes(), rowsOfLayer[layer].nextPosition() + generated - 1, 1);
  }

  /** Whether visual keys of a layer answer for others that are gone. */
  boolean isCalibrated(int layer) {
    return pruning.positionIds() == PositionIds.KEEP_CALIBRATED
        && rowsOf(layer).visualCount() < pruning.visualTokens();
  }

  KvCache cache() {
    return cache;
  }

  QuestionPruning pruning() {
    return pruning;
  }

  /**
   * Makes each group of pending rows one, and drops what is in none.
   *
   * @param passedLayers layers whose keys and values are merged and cut too
   */
  void merge(TokenGroups groups, int passedLayers, NDManager step) {
    Map<PromptRows, PromptRows> merged = new IdentityHashMap<>(); // layers go on sharing them
    PromptRows left = merged.computeIfAbsent(pending, rows -> rows.merge(groups));
    pending = pruning.positionIds() == PositionIds.COMPACT ? left.compact() : left;
    for (int layer = 0; layer < passedLayers; layer++) { // keys are rotated: ids stay
      rowsOfLayer[layer] = merged.computeIfAbsent(rowsOfLayer[layer], rows -> rows.merge(groups));
    }
    if (passedLayers > 0) {
      cache.merge(passedLayers, groups, step);
    }
  }

  /** Whether the prompt loses tokens before it goes through a layer. */
  boolean isCutBefore(int layer) {
    return isPrefill() && pruning.cutsAfter(layer);
  }

  /** Notes the shape that layers of the prefill, from one up to another, are about to work on. */
  void recordLayers(int from, int to) {
    for (int layer = from; layer < to && isPrefill(); layer++) {
      rowsOfLayer[layer] = pending;
      tokensPerLayer.add(pending.count());
      visualTokensPerLayer.add(pending.visualCount());
    }
  }

  /** Adds the cost of ranking tokens between two layers. */
  void recordRanking(long flops) {
    rankingFlops += flops;
  }

  /** Floating-point operations spent on ranking tokens during the prefill. */
  public long rankingFlops() {
    return rankingFlops;
  }

  /** The pending tokens are in the cache now. */
  void endStep() {
    prompt = null;
  }

  /** Rows that each layer of the prefill worked on. */
  public List<Integer> tokensPerLayer() {
    return List.copyOf(tokensPerLayer);
  }

  /** The visual ones among them. */
  public List<Integer> visualTokensPerLayer() {
    return List.copyOf(visualTokensPerLayer);
  }

  /** Patches that the last layer of the prefill worked on. */
  public int[] keptPatches() {
    return pending.visualPatches();
  }

  /** Bytes of keys and values held. */
  public long kvCacheBytes() {
    return cache.bytes();
  }

  @Override
  public void close() {
    memory.close();
  }
}
