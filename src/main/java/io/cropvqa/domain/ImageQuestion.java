package io.cropvqa.domain;

import java.util.List;
import java.util.Optional;

/**
 * A question about one or more images.
 *
 * @param id the asker's name for it; the answer carries the same
 * @param images where the images are, in the order in which the model sees them; at least one
 * @param question the question itself, not blank
 * @param options what the asker wants beside the server's settings
 * @param source who asks; sources take turns where questions wait
 * @param located where the question looks, if another stage has found out; none does for several
 *     images
 */
public record ImageQuestion(
    String id,
    List<ImageRef> images,
    String question,
    QuestionOptions options,
    String source,
    Optional<LocatedRegion> located) {

  /**
   * @throws IllegalArgumentException if the question is blank or about nothing, or if it brings a
   *     region and doesn't say of which image
   */
  public ImageQuestion {
    images = List.copyOf(images);
    if (images.isEmpty()) {
      throw new IllegalArgumentException("images is empty: give at least one");
    }
    if (images.size() > 1 && options.region().isPresent()) {
      throw new IllegalArgumentException(
          "options.region is for a question about one image, this one is about %d: leave it out or ask about each image alone"
              .formatted(images.size()));
    }
    if (question.isBlank()) {
      throw new IllegalArgumentException("question is empty: ask something about the image");
    }
  }

  /** A question of nobody in particular that nothing is known about yet. */
  public ImageQuestion(String id, List<ImageRef> images, String question, QuestionOptions options) {
    this(id, images, question, options, "", Optional.empty());
  }

  /** The same about one image. */
  public ImageQuestion(String id, ImageRef image, String question, QuestionOptions options) {
    this(id, List.of(image), question, options);
  }

  public ImageQuestion from(String asker) {
    return new ImageQuestion(id, images, question, options, asker, located);
  }

  public ImageQuestion lookingAt(LocatedRegion region) {
    return new ImageQuestion(id, images, question, options, source, Optional.of(region));
  }
}
