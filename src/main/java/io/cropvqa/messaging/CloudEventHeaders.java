package io.cropvqa.messaging;

/**
 * Names of the headers of a CloudEvent in binary mode (CloudEvents Kafka protocol binding 1.0.2).
 * They are read and written by hand: the channel's own support drops the answer's key, and stumbles
 * over a sender's odd attributes before the question could be dead-lettered.
 */
final class CloudEventHeaders {
  static final String SPEC_VERSION = "ce_specversion";
  static final String ID = "ce_id";
  static final String SOURCE = "ce_source";
  static final String TYPE = "ce_type";
  static final String SUBJECT = "ce_subject";
  static final String TIME = "ce_time";
  static final String CONTENT_TYPE = "content-type";

  /** W3C Trace Context; goes from the question to its answer unchanged. */
  static final String TRACE_PARENT = "traceparent";

  private CloudEventHeaders() {}
}
