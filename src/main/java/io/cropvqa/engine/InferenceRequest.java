package io.cropvqa.engine;

import io.cropvqa.domain.ImageQuestion;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.domain.StageClock;

/**
 * A question on its way through the engine.
 *
 * @param question what is asked
 * @param image the decoded image it is asked about
 * @param clock started when the question arrived
 * @param blind whether the language model gets no visual token at all, whatever the plan says: the
 *     control that shows what can be guessed from the question alone
 */
public record InferenceRequest(
    ImageQuestion question, RgbImage image, StageClock clock, boolean blind) {

  public InferenceRequest(ImageQuestion question, RgbImage image, StageClock clock) {
    this(question, image, clock, false);
  }
}
