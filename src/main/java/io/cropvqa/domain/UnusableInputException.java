package io.cropvqa.domain;

/**
 * An image or a question that the model can't take, through no fault of the model's files or of the
 * settings.
 */
public final class UnusableInputException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnusableInputException(String message) {
    super(message);
  }
}
