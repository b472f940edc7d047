package io.cropvqa.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.cropvqa.pruning.QuestionPruning;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

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
  private NDArray prompt;
  private int token;
  private int[] positions;
  private int[] patches;
  private int nextPosition;
  private long rankingFlops;

  /**
   * @param memory taken over: closed with the sequence
   * @param pruning what to drop between layers of the prefill
   */
  Sequence(NDManager memory, int layers, Prompt prompt, QuestionPruning pruning) {
    this.memory = memory;
    this.cache = new KvCache(memory, layers);
    this.pruning = pruning;
    this.prompt = prompt.embeddings();
    this.positions = prompt.positions();
    this.patches = prompt.patches();
    this.nextPosition = prompt.nextPosition();
  }

  /** Gives the token that goes in with the next step. */
  public void append(int next) {
    if (isPrefill()) {
      throw new IllegalStateException("the prompt goes in before any token");
    }
    token = next;
    positions = new int[] {nextPosition++};
    patches = new int[] {Prompt.TEXT};
  }

  /** Whether the prompt is still to go in. */
  public boolean isPrefill() {
    return prompt != null;
  }

  /** Rows that the next step computes. */
  int rows() {
    return positions.length;
  }

  NDArray prompt() {
    return prompt;
  }

  int token() {
    return token;
  }

  int[] positions() {
    return positions;
  }

  int[] patches() {
    return patches;
  }

  KvCache cache() {
    return cache;
  }

  QuestionPruning pruning() {
    return pruning;
  }

  /** Pending rows other than these are dropped. */
  void keepRows(int[] rows) {
    positions = Arrays.stream(rows).map(row -> positions[row]).toArray();
    patches = Arrays.stream(rows).map(row -> patches[row]).toArray();
  }

  /** Notes the shape that a layer of the prefill is about to work on. */
  void recordLayer() {
    if (isPrefill()) {
      tokensPerLayer.add(rows());
      visualTokensPerLayer.add((int) Arrays.stream(patches).filter(p -> p != Prompt.TEXT).count());
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

  /**
   * Patches that the last layer worked on; to be read between prefill and the first {@link
   * #append}.
   */
  public int[] keptPatches() {
    return Arrays.stream(patches).filter(patch -> patch != Prompt.TEXT).toArray();
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
