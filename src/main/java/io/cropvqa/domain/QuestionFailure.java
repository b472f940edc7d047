package io.cropvqa.domain;

/**
 * A question that can't be answered: the only failure that the edges see.
 *
 * <p>The message names the field or setting at fault and the fix. It never holds image bytes or a
 * URL's query, since it ends in logs and dead letters.
 */
public final class QuestionFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Characters of a message: it may quote what a stranger sent, and travels in a header. */
  private static final int MAX_MESSAGE = 1_000;

  private final FailureCode code;
  private final Stage stage;

  /**
   * @param stage where it came up; {@code null} before the first stage
   */
  public QuestionFailure(FailureCode code, Stage stage, String message, Throwable cause) {
    super(cut(message), cause);
    this.code = code;
    this.stage = stage;
  }

  public QuestionFailure(FailureCode code, Stage stage, String message) {
    this(code, stage, message, null);
  }

  private static String cut(String message) {
    return message == null || message.length() <= MAX_MESSAGE
        ? message
        : message.substring(0, MAX_MESSAGE) + "…";
  }

  /** The same failure, of one of several images. */
  public QuestionFailure ofImage(int index) {
    return new QuestionFailure(
        code, stage, "images[%d]: %s".formatted(index, getMessage()), getCause());
  }

  public FailureCode code() {
    return code;
  }

  /** The stage's wire name, {@code accept} for a question refused before any stage. */
  public String stageName() {
    return stage == null ? "accept" : stage.wireName();
  }
}
