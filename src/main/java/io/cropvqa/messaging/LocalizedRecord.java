package io.cropvqa.messaging;

import io.cropvqa.domain.Localized;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A question as it goes on to the stage that answers: its bytes, its key and its own headers, and
 * the {@link Handover}.
 */
final class LocalizedRecord {
  private LocalizedRecord() {}

  /**
   * @param localized empty for a question whose region nobody needs to find
   */
  static OutgoingRecord of(QuestionRecord question, Optional<Localized> localized) {
    Headers headers = new RecordHeaders();
    question.headers().forEach(headers::add);
    Handover.put(headers, question, localized);
    return new OutgoingRecord(question.key(), headers, question.value());
  }
}
