package io.cropvqa.domain;

import java.util.Optional;

/**
 * A question about an image.
 *
 * @param id the asker's name for it; the answer carries the same
 * @param image where the image is
 * @param question the question itself, not blank
 * @param options what the asker wants beside the server's settings
 * @param source who asks; sources take turns where questions wait
 * @param located where the question looks, if another stage has found out
 */
public record ImageQuestion(
    String id,
    ImageRef image,
    String question,
    QuestionOptions options,
    String source,
    Optional<LocatedRegion> located) {

  /**
   * @throws IllegalArgumentException if the question is blank
   */
  public ImageQuestion {
    if (question.isBlank()) {
      throw new IllegalArgumentException("question is empty: ask something about the image");
    }
  }

  /** A question of nobody in particular that nothing is known about yet. */
  public ImageQuestion(String id, ImageRef image, String question, QuestionOptions options) {
    this(id, image, question, options, "", Optional.empty());
  }

  public ImageQuestion from(String asker) {
    return new ImageQuestion(id, image, question, options, asker, located);
  }

  public ImageQuestion lookingAt(LocatedRegion region) {
    return new ImageQuestion(id, image, question, options, source, Optional.of(region));
  }
}
