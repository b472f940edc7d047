package io.cropvqa.training.localizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.model.localizer.EdgeDistributions;
import io.cropvqa.model.localizer.LocalizerNetwork;
import io.cropvqa.tensor.Autograd;
import io.cropvqa.training.TrainingObjective;
import io.cropvqa.training.localizer.EncodedPicture.Question;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Finds the regions of questions about encoded pictures. */
final class LocalizerObjective implements TrainingObjective {
  /** Held-out pictures looked at while training goes on; all of them at its end. */
  private static final int GLANCE = 40;

  private final VisionLanguageModel model;
  private final LocalizerNetwork network;
  private final LocalizerBatches batches;
  private final List<EncodedPicture> heldOut;

  LocalizerObjective(
      VisionLanguageModel model,
      LocalizerNetwork network,
      LocalizerBatches batches,
      List<EncodedPicture> heldOut) {
    this.model = model;
    this.network = network;
    this.batches = batches;
    this.heldOut = heldOut;
  }

  @Override
  public NDArray loss(int step, NDManager scope) {
    LocalizerBatch batch = batches.draw(step);
    return batch.loss(batch.logits(network, model.languageModel(), scope), scope);
  }

  @Override
  public String heldOut() {
    LocalizerScore score =
        LocalizerScore.all(score(heldOut.subList(0, Math.min(GLANCE, heldOut.size()))));
    return String.format(
        Locale.ROOT,
        "held out: loss %.3f, recall %.3f, IoU %.3f",
        score.loss(),
        score.recall(),
        score.iou());
  }

  /** How well the regions of all held-out questions are found, by type of question. */
  Map<String, LocalizerScore> finalScore() {
    return score(heldOut);
  }

  private Map<String, LocalizerScore> score(List<EncodedPicture> pictures) {
    Map<String, LocalizerScore> byType = new TreeMap<>();
    for (EncodedPicture picture : pictures) {
      float[] logits = logits(new LocalizerBatch(List.of(picture), picture.questions()));
      for (int i = 0; i < picture.questions().size(); i++) {
        Question question = picture.questions().get(i);
        ContextualRegion found =
            EdgeDistributions.of(logits, i).region(network.config().coverage());
        byType.merge(
            question.type(),
            LocalizerScore.of(loss(logits, i, question.region()), found, question.region()),
            LocalizerScore::and);
      }
    }
    return byType;
  }

  private float[] logits(LocalizerBatch batch) {
    try (NDManager scope = model.newScope()) {
      return Autograd.untracked(
          () -> batch.logits(network, model.languageModel(), scope).toFloatArray());
    }
  }

  /** Cross-entropy of one question's edges. */
  private static double loss(float[] logits, int question, ContextualRegion truth) {
    int grid = ContextualRegion.GRID;
    List<Integer> edges = truth.toList();
    double loss = 0;
    for (int edge = 0; edge < edges.size(); edge++) {
      int at = (question * edges.size() + edge) * grid;
      double highest = Double.NEGATIVE_INFINITY;
      for (int digit = 0; digit < grid; digit++) {
        highest = Math.max(highest, logits[at + digit]);
      }
      double total = 0;
      for (int digit = 0; digit < grid; digit++) {
        total += Math.exp(logits[at + digit] - highest);
      }
      loss += Math.log(total) + highest - logits[at + edges.get(edge)];
    }
    return loss / edges.size();
  }
}
