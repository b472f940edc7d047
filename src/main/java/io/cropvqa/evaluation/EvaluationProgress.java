package io.cropvqa.evaluation;

/** Told how far an evaluation has come. */
@FunctionalInterface
public interface EvaluationProgress {
  EvaluationProgress NONE = (done, all) -> {};

  /** So many of all questions have been answered in every way. */
  void answered(int done, int all);
}
