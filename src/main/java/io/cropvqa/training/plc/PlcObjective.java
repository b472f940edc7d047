package io.cropvqa.training.plc;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.pruning.PruningMethods;
import io.cropvqa.training.TrainingObjective;
import java.util.List;
import java.util.Locale;

/** Has questions answered right from compressed pictures. */
final class PlcObjective implements TrainingObjective {
  /** Held-out questions asked at each budget while training goes on. */
  private static final int GLANCE = 32;

  private final VisionLanguageModel model;
  private final PruningMethods methods;
  private final PlcDraw draw;
  private final PlcHeldOut heldOut;
  private final List<Integer> budgets;

  /**
   * @param methods with the network that is trained
   */
  PlcObjective(
      VisionLanguageModel model,
      PruningMethods methods,
      PlcDraw draw,
      PlcHeldOut heldOut,
      List<Integer> budgets) {
    this.model = model;
    this.methods = methods;
    this.draw = draw;
    this.heldOut = heldOut;
    this.budgets = budgets;
  }

  @Override
  public NDArray loss(int step, NDManager scope) {
    return AnswerLogits.of(draw.draw(step), PlcTraining.METHOD, methods, model, scope).loss();
  }

  @Override
  public String heldOut() {
    PlcScore score =
        budgets.stream()
            .map(budget -> heldOut.score(PlcTraining.METHOD, budget, GLANCE))
            .reduce(PlcScore.NONE, PlcScore::and);
    return String.format(
        Locale.ROOT, "held out: loss %.3f, right %.3f", score.loss(), score.right());
  }
}
