package io.cropvqa.localization;

import ai.djl.ndarray.NDManager;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.LocatedRegion;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.model.LanguageModel;
import io.cropvqa.model.Prompt;
import io.cropvqa.model.Sequence;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.pruning.QuestionPruning;
import io.cropvqa.pruning.VisualTokens;
import java.util.List;

/**
 * A localizer of its own that writes the region as four grid numbers (CROP, section 3.1), by forced
 * decoding (ours): everything but the numbers is fixed text, each number is the likeliest of the
 * eight that are valid at its place. A region is therefore always valid, and its confidence is the
 * product of the four probabilities.
 */
public final class GenerativeLocalizer implements RegionLocalizer {
  private final VisionLanguageModel model;
  private final RegionAnswer answer;

  /**
   * @param model taken over: closed with the localizer
   * @param answer how the model is asked and how it answers
   */
  public GenerativeLocalizer(VisionLanguageModel model, RegionAnswer answer) {
    this.model = model;
    this.answer = answer;
  }

  @Override
  public String revision() {
    return "generative-" + model.revision();
  }

  @Override
  public LocatedRegion locate(RgbImage image, VisualTokens tokens, String question) {
    try (NDManager scope = model.newScope()) {
      VisualTokens own = model.encode(image, scope);
      Prompt prompt = model.prompt(answer.ask(question), own, scope);
      QuestionPruning unpruned = QuestionPruning.none(own.layout());
      try (Sequence sequence = model.languageModel().sequence(prompt, unpruned)) {
        return decode(sequence);
      }
    }
  }

  private LocatedRegion decode(Sequence sequence) {
    LanguageModel languageModel = model.languageModel();
    float[] logits = languageModel.step(List.of(sequence))[0];
    int[] box = new int[4]; // xmin, ymin, xmax, ymax
    double confidence = 1;
    for (int i = 0; i < box.length; i++) {
      for (int literal : answer.textBefore(i)) {
        logits = next(sequence, literal);
      }
      int least = i < 2 ? 0 : box[i - 2]; // a maximum is never below its minimum
      double[] probabilities = probabilities(logits, least);
      box[i] = argMax(probabilities);
      confidence *= probabilities[box[i]];
      if (i < box.length - 1) {
        logits = next(sequence, answer.digit(box[i]));
      }
    }
    ContextualRegion region = new ContextualRegion(box[0], box[1], box[2], box[3]);
    return new LocatedRegion(region, LocatedRegion.Source.LOCALIZER, confidence);
  }

  private float[] next(Sequence sequence, int token) {
    sequence.append(token);
    return model.languageModel().step(List.of(sequence))[0];
  }

  /** Softmax over the digits that are valid here: [8]. */
  private double[] probabilities(float[] logits, int least) {
    double[] probabilities = new double[ContextualRegion.GRID];
    double highest = Double.NEGATIVE_INFINITY;
    for (int digit = least; digit < probabilities.length; digit++) {
      highest = Math.max(highest, logits[answer.digit(digit)]);
    }
    double total = 0;
    for (int digit = least; digit < probabilities.length; digit++) {
      probabilities[digit] = Math.exp(logits[answer.digit(digit)] - highest);
      total += probabilities[digit];
    }
    for (int digit = least; digit < probabilities.length; digit++) {
      probabilities[digit] /= total;
    }
    return probabilities;
  }

  private static int argMax(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      if (values[i] > values[best]) {
        best = i;
      }
    }
    return best;
  }

  @Override
  public void close() {
    model.close();
  }
}
