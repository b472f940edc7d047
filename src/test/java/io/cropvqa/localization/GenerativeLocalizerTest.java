package io.cropvqa.localization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.cropvqa.Samples;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.LocatedRegion;
import io.cropvqa.model.Checkpoints;
import io.cropvqa.model.Prompt;
import io.cropvqa.model.Sequence;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.pruning.QuestionPruning;
import io.cropvqa.pruning.VisualTokens;
import io.cropvqa.tensor.Torch;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Forced decoding with the bundled checkpoint: what it says may be wrong, but is always a region.
 */
class GenerativeLocalizerTest {
  private static VisionLanguageModel model;
  private static RegionAnswer answer;
  private static GenerativeLocalizer localizer;

  @BeforeAll
  static void open() {
    model = Checkpoints.open(Samples.MODEL, Torch.open(Device.cpu()));
    answer = RegionAnswer.read(Samples.REGION_ANSWER, model.tokenizer());
    localizer = new GenerativeLocalizer(model, answer);
  }

  @AfterAll
  static void close() {
    localizer.close();
  }

  @Test
  void everySampleGetsAValidRegion() {
    for (Samples.Sample sample : Samples.all()) {
      LocatedRegion found = localizer.locate(sample.image(), null, sample.question());
      assertThat(found.source()).isEqualTo(LocatedRegion.Source.LOCALIZER);
      assertThat(found.confidence()).as(sample.id()).isGreaterThan(0).isLessThan(1);
      ContextualRegion box = found.box();
      assertThat(box.xmin()).isBetween(0, box.xmax());
      assertThat(box.ymin()).isBetween(0, box.ymax());
    }
  }

  /** Each number by a decoder run of its own, from the prompt and the numbers before it. */
  @Test
  void numbersAreTheLikeliestOfTheValidOnes() {
    for (Samples.Sample sample : Samples.all().subList(0, 4)) {
      int[] box = new int[4];
      double confidence = 1;
      for (int i = 0; i < 4; i++) {
        float[] logits = logitsAfter(sample, box, i);
        int least = i < 2 ? 0 : box[i - 2];
        box[i] = least;
        for (int digit = least; digit < 8; digit++) {
          box[i] = logits[answer.digit(digit)] > logits[answer.digit(box[i])] ? digit : box[i];
        }
        double total = 0;
        for (int digit = least; digit < 8; digit++) {
          total += Math.exp(logits[answer.digit(digit)]);
        }
        confidence *= Math.exp(logits[answer.digit(box[i])]) / total;
      }
      LocatedRegion found = localizer.locate(sample.image(), null, sample.question());
      assertThat(found.box()).isEqualTo(new ContextualRegion(box[0], box[1], box[2], box[3]));
      assertThat(found.confidence()).isCloseTo(confidence, within(1e-3));
    }
  }

  private static float[] logitsAfter(Samples.Sample sample, int[] box, int numbers) {
    try (NDManager scope = model.newScope()) {
      VisualTokens tokens = model.encode(sample.image(), scope);
      Prompt prompt = model.prompt("region for " + sample.question(), tokens, scope);
      QuestionPruning none = QuestionPruning.none(tokens.layout());
      try (Sequence sequence = model.languageModel().sequence(prompt, none)) {
        float[] logits = model.languageModel().step(List.of(sequence))[0];
        for (int i = 0; i < numbers; i++) {
          sequence.append(model.tokenizer().idOf("<g" + box[i] + ">").orElseThrow());
          logits = model.languageModel().step(List.of(sequence))[0];
        }
        return logits;
      }
    }
  }

  @Test
  void revisionIsTheModels() {
    assertThat(localizer.revision()).isEqualTo("generative-" + model.revision());
  }
}
