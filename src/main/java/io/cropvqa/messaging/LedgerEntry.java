package io.cropvqa.messaging;

import io.cropvqa.domain.QuestionFailure;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * A question that was taken. Of a finished one, only what became of it is kept. Guarded by its
 * {@link Ledger}.
 */
final class LedgerEntry {
  private final TopicPartition partition;
  private final long offset;
  private final String position;
  private final Instant asked;
  private final CompletableFuture<Void> settled = new CompletableFuture<>();
  private boolean ours = true;
  private Result result;

  LedgerEntry(QuestionRecord question) {
    this.partition = question.partition();
    this.offset = question.offset();
    this.position = question.position().toString();
    this.asked = question.timestamp();
  }

  /**
   * What became of a question.
   *
   * @param record its answer or its dead letter
   * @param failure why it is a dead letter
   */
  record Result(ProducerRecord<byte[], byte[]> record, Optional<QuestionFailure> failure) {}

  TopicPartition partition() {
    return partition;
  }

  long offset() {
    return offset;
  }

  /** What the question is called in logs, whatever stage reads it. */
  String position() {
    return position;
  }

  /** Whether its partition is still the one it was taken from. */
  boolean isOurs() {
    return ours;
  }

  boolean isFinished() {
    return result != null;
  }

  /** Of the finished record; 0 before. */
  long bytes() {
    return result == null || result.record.value() == null ? 0 : result.record.value().length;
  }

  ProducerRecord<byte[], byte[]> record() {
    return result.record;
  }

  void finish(Result result) {
    this.result = result;
  }

  /** Completes once it is settled or dropped, under the ledger's lock. */
  CompletionStage<Void> settled() {
    return settled;
  }

  /** Its result is committed, here or by whoever finished it instead. */
  void settle(Settlements settlements) {
    release();
    if (result == null) {
      settlements.left();
    } else {
      result.failure.ifPresentOrElse(
          failure -> settlements.deadLettered(asked, failure), () -> settlements.answered(asked));
    }
  }

  /** Whoever reads it next answers it. */
  void drop(Settlements settlements) {
    release();
    settlements.left();
  }

  private void release() {
    ours = false;
    settled.complete(null);
  }
}
