package io.cropvqa.training.plc;

/**
 * How well compressed pictures are answered from.
 *
 * @param questions how many
 * @param loss mean cross-entropy of an answer's token
 * @param right share of the questions of which every token of the answer is the likeliest, so that
 *     it is what is said
 */
public record PlcScore(int questions, double loss, double right) {
  static final PlcScore NONE = new PlcScore(0, 0, 0);

  /** Of these questions and others. */
  PlcScore and(PlcScore other) {
    int all = questions + other.questions;
    return all == 0
        ? NONE
        : new PlcScore(
            all,
            (questions * loss + other.questions * other.loss) / all,
            (questions * right + other.questions * other.right) / all);
  }
}
