package io.cropvqa.pruning;

/**
 * How the rows that are left are numbered when visual tokens go.
 *
 * <p>Grounding needs the original numbers: re-numbering costs LLaVA most of its RefCOCO accuracy,
 * and keeping them recovers it (GAP, arXiv 2506.21873). Sparse numbers cost a little elsewhere,
 * which calibration makes good.
 */
public enum PositionIds {
  /** Kept rows keep their position ids, and the answer goes on from the unpruned length. */
  KEEP,

  /**
   * Kept rows are numbered without gaps, anew after each cut, and the answer goes on from what is
   * left. Each layer then has a numbering of its own.
   */
  COMPACT,

  /**
   * Like {@link #KEEP}, and visual tokens are attended to more strongly, for those that they stand
   * for. Source: RESTORE (Cho et al., ICML 2026, arXiv 2606.01711).
   */
  KEEP_CALIBRATED
}
