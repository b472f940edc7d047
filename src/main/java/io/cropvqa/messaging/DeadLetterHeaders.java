package io.cropvqa.messaging;

import io.cropvqa.domain.QuestionFailure;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * What a dead letter says beside SmallRye's {@code dead-letter-*} headers, which hold the reason in
 * words and the record's origin. The connector appends these to the question's own headers, so the
 * last of a name is the one to read.
 */
@Singleton
final class DeadLetterHeaders {
  /** A failure code's wire name: the one to route and to alert on. */
  static final String CODE = "crop-failure-code";

  /** The stage that failed; {@code accept} for a question refused before the first. */
  static final String STAGE = "crop-failure-stage";

  /** Times the question was dead-lettered, replays included. */
  static final String ATTEMPTS = "crop-attempts";

  static final String SERVICE_VERSION = "crop-service-version";

  /** All of these. */
  static final Set<String> ALL = Set.of(CODE, STAGE, ATTEMPTS, SERVICE_VERSION);

  private final String serviceVersion;

  @Inject
  DeadLetterHeaders(@ConfigProperty(name = "quarkus.application.version") String serviceVersion) {
    this.serviceVersion = serviceVersion;
  }

  Headers of(QuestionRecord question, QuestionFailure failure) {
    Headers headers = new RecordHeaders();
    add(headers, CODE, failure.code().wireName());
    add(headers, STAGE, failure.stageName());
    add(headers, ATTEMPTS, Integer.toString(earlierAttempts(question) + 1));
    add(headers, SERVICE_VERSION, serviceVersion);
    return headers;
  }

  private static int earlierAttempts(QuestionRecord question) {
    try {
      return Math.max(0, question.header(ATTEMPTS).map(Integer::parseInt).orElse(0));
    } catch (NumberFormatException e) {
      // A sender may write what it likes; a dead letter must not fail for it.
      return 0;
    }
  }

  private static void add(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
