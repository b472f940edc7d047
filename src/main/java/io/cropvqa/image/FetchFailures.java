package io.cropvqa.image;

import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.Stage;

/** Failures that more than one kind of fetch ends in. */
final class FetchFailures {

  private FetchFailures() {}

  static QuestionFailure failure(FailureCode code, String message) {
    return new QuestionFailure(code, Stage.FETCH, message);
  }

  static QuestionFailure unreachable(String message, Throwable cause) {
    return new QuestionFailure(FailureCode.IMAGE_UNREACHABLE, Stage.FETCH, message, cause);
  }

  /** For an image whose size is known. */
  static QuestionFailure tooLarge(String what, long bytes, int maxBytes) {
    return failure(
        FailureCode.IMAGE_TOO_LARGE,
        "%s has %d bytes, more than crop.image.max-bytes=%d: send a smaller image or raise the setting"
            .formatted(what, bytes, maxBytes));
  }

  /** For an image that was cut off while it was still coming. */
  static QuestionFailure tooLarge(String what, int maxBytes) {
    return failure(
        FailureCode.IMAGE_TOO_LARGE,
        "%s has more than crop.image.max-bytes=%d bytes: send a smaller image or raise the setting"
            .formatted(what, maxBytes));
  }
}
