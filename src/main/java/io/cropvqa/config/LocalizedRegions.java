package io.cropvqa.config;

import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.ImageQuestion;
import io.cropvqa.domain.ImageRef;
import io.cropvqa.domain.QuestionOptions;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.domain.StageClock;
import io.cropvqa.localization.Localization;
import io.cropvqa.pruning.VisualTokens;
import io.cropvqa.training.plc.AnswerExample;
import io.cropvqa.training.plc.RegionFinder;
import java.util.Optional;

/**
 * Regions to train with as they are found when a question is answered.
 *
 * @param localization taken over
 */
record LocalizedRegions(Localization localization) implements RegionFinder, AutoCloseable {
  private static final ImageRef DECODED = new ImageRef.Inline(new byte[0], Optional.empty());

  @Override
  public ContextualRegion find(AnswerExample example, RgbImage image, VisualTokens tokens) {
    ImageQuestion question =
        new ImageQuestion(example.picture(), DECODED, example.question(), QuestionOptions.DEFAULTS);
    return localization.find(question, image, tokens, new StageClock()).box();
  }

  @Override
  public void close() {
    localization.close();
  }
}
