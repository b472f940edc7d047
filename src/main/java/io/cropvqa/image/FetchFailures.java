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

  /** Without the exception that led to it: its message may hold the URI with all its secrets. */
  static QuestionFailure unreachable(String message) {
    return failure(FailureCode.IMAGE_UNREACHABLE, message);
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
