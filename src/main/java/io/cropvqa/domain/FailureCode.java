package io.cropvqa.domain;

import java.util.Locale;

/** Why a question has no answer. Stable and few: clients and dashboards route on the wire name. */
public enum FailureCode {
  MALFORMED_EVENT(Kind.POISON),
  INVALID_OPTION(Kind.POISON),
  QUESTION_TOO_LONG(Kind.POISON),
  IMAGE_MISSING(Kind.POISON),
  IMAGE_FORBIDDEN(Kind.POISON),
  IMAGE_TOO_LARGE(Kind.POISON),
  IMAGE_UNDECODABLE(Kind.POISON),
  IMAGE_DIGEST_MISMATCH(Kind.POISON),
  DEADLINE_EXCEEDED(Kind.POISON),
  /** The image's host did not answer; tried again before anyone gives up. */
  IMAGE_UNREACHABLE(Kind.TRANSIENT),
  /** What a transient failure becomes once its retries are used up. */
  TRANSIENT_EXHAUSTED(Kind.POISON),
  /** A fault of ours that this one question brings out, and that others survive. */
  INTERNAL(Kind.POISON),
  /** The model or its device is down: no question's fault, so none is dead-lettered for it. */
  UNAVAILABLE(Kind.SYSTEMIC);

  /** Who has to do something about a failure. */
  public enum Kind {
    /** The record's fault: dead-lettered at once. */
    POISON,
    /** A passing fault: tried again. */
    TRANSIENT,
    /** Our fault: consumption stops, nothing is dead-lettered. */
    SYSTEMIC
  }

  private final Kind kind;

  FailureCode(Kind kind) {
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }

  public String wireName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
