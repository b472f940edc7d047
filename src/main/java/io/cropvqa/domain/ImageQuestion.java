package io.cropvqa.domain;

/**
 * A question about an image.
 *
 * @param id the asker's name for it; the answer carries the same
 * @param image where the image is
 * @param question the question itself, not blank
 * @param options what the asker wants beside the server's settings
 */
public record ImageQuestion(String id, ImageRef image, String question, QuestionOptions options) {

  /**
   * @throws IllegalArgumentException if the question is blank
   */
  public ImageQuestion {
    if (question.isBlank()) {
      throw new IllegalArgumentException("question is empty: ask something about the image");
    }
  }
}
