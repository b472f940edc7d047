package io.cropvqa.domain;

import java.util.List;

/**
 * The answer to a question, with what it cost.
 *
 * @param id the question's id
 * @param text the generated text, special tokens left out
 * @param tokenIds the generated ids, the end-of-sequence token left out
 * @param finishReason why generation ended
 * @param model which model answered
 * @param regions what the answer looked hardest at, of each image in their order
 * @param pruning what was pruned
 * @param usage tokens
 * @param timings time per stage
 */
public record Answer(
    String id,
    String text,
    List<Integer> tokenIds,
    FinishReason finishReason,
    ModelIdentity model,
    List<LocatedRegion> regions,
    PruningStatistics pruning,
    TokenUsage usage,
    StageTimings timings) {

  /** What it looked hardest at on the first image, of most questions the only one. */
  public LocatedRegion region() {
    return regions.get(0);
  }

  /** The same answer, to a question that another service had first. */
  public Answer after(StageTimings earlier) {
    return new Answer(
        id, text, tokenIds, finishReason, model, regions, pruning, usage, timings.after(earlier));
  }
}
