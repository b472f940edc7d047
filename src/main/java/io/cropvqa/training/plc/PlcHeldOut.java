package io.cropvqa.training.plc;

import ai.djl.ndarray.NDManager;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.pruning.PruningMethods;
import io.cropvqa.tensor.Autograd;
import io.cropvqa.training.plc.PlcDraw.Drawn;
import java.util.ArrayList;
import java.util.List;

/**
 * Scores compression on questions that nothing is learned from, each with the region as it was
 * found.
 */
final class PlcHeldOut {
  private static final int BATCH = 16;

  private final VisionLanguageModel model;
  private final PruningMethods methods;
  private final List<PlcPicture> pictures;

  PlcHeldOut(VisionLanguageModel model, PruningMethods methods, List<PlcPicture> pictures) {
    this.model = model;
    this.methods = methods;
    this.pictures = pictures;
  }

  /**
   * @param most questions; the first ones are asked, one picture after another
   */
  PlcScore score(String method, int budget, int most) {
    List<Drawn> questions = questions(budget, most);
    PlcScore score = PlcScore.NONE;
    for (int from = 0; from < questions.size(); from += BATCH) {
      int to = Math.min(questions.size(), from + BATCH);
      score = score.and(score(method, questions.subList(from, to)));
    }
    return score;
  }

  /** The first question about each picture, then the second about each, and so on. */
  private List<Drawn> questions(int budget, int most) {
    List<Drawn> questions = new ArrayList<>();
    int deepest = pictures.stream().mapToInt(picture -> picture.questions().size()).max().orElse(0);
    for (int i = 0; i < deepest; i++) {
      for (PlcPicture picture : pictures) {
        if (i < picture.questions().size() && questions.size() < most) {
          PlcPicture.Question question = picture.questions().get(i);
          questions.add(new Drawn(picture, question, question.region(), budget));
        }
      }
    }
    return questions;
  }

  private PlcScore score(String method, List<Drawn> batch) {
    try (NDManager scope = model.newScope()) {
      return Autograd.untracked(
          () -> {
            AnswerLogits said = AnswerLogits.of(batch, method, methods, model, scope);
            return new PlcScore(
                batch.size(), said.loss().getFloat(), allRight(batch, said.right()));
          });
    }
  }

  private static double allRight(List<Drawn> batch, boolean[] tokens) {
    int right = 0;
    int at = 0;
    for (Drawn drawn : batch) {
      boolean all = true;
      for (int i = 0; i < drawn.question().answer().length; i++) {
        all &= tokens[at++];
      }
      right += all ? 1 : 0;
    }
    return right / (double) batch.size();
  }
}
