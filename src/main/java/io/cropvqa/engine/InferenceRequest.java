package io.cropvqa.engine;

import io.cropvqa.domain.ImageQuestion;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.domain.StageClock;
import java.util.List;

/**
 * A question on its way through the engine.
 *
 * @param question what is asked
 * @param images the decoded images it is asked about, in the question's order
 * @param clock started when the question arrived
 * @param mode how it is answered
 * @param attempts what became of it so far, each time that it was offered
 */
public record InferenceRequest(
    ImageQuestion question, List<RgbImage> images, StageClock clock, Mode mode, Attempts attempts) {

  /** Measurements answer some questions in a way of their own. */
  public enum Mode {
    AS_ASKED,

    /**
     * The language model gets no visual token at all, whatever the plan says: the control that
     * shows what can be guessed from the question alone.
     */
    BLIND,

    /** The answer goes on to its most tokens, whatever ends it: all answers take as many steps. */
    IGNORE_EOS
  }

  /**
   * @throws IllegalArgumentException unless there is an image for each that the question is about
   */
  public InferenceRequest {
    images = List.copyOf(images);
    if (images.size() != question.images().size()) {
      throw new IllegalArgumentException(
          "%d images came for a question about %d"
              .formatted(images.size(), question.images().size()));
    }
  }

  public InferenceRequest(
      ImageQuestion question, List<RgbImage> images, StageClock clock, Mode mode) {
    this(question, images, clock, mode, new Attempts());
  }

  public InferenceRequest(ImageQuestion question, List<RgbImage> images, StageClock clock) {
    this(question, images, clock, Mode.AS_ASKED);
  }

  /** Of a question about one image. */
  public InferenceRequest(ImageQuestion question, RgbImage image, StageClock clock) {
    this(question, List.of(image), clock);
  }
}
