package io.cropvqa.messaging;

import java.time.Duration;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnTimeoutException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** Why a transaction failed, if doing the same again would not help. */
final class TransactionFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What helps. */
  enum Kind {
    /** The group gave the partitions to others: they answer those questions. */
    LOST_PARTITIONS,
    /** Somebody has to change what the message says. */
    STOPPED
  }

  private final Kind kind;

  private TransactionFailure(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }

  /**
   * @param id the transactional id
   * @param open how long the transaction was open
   * @param timeout after which the broker ends it
   * @return the failure itself if it may pass
   */
  static RuntimeException of(RuntimeException failure, String id, Duration open, Duration timeout) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof CommitFailedException || cause instanceof FencedInstanceIdException) {
        return new TransactionFailure(Kind.LOST_PARTITIONS, cause.getMessage(), failure);
      }
      // The broker tells one that took too long the same. It is tried again.
      if (isFencing(cause) && open.compareTo(timeout) < 0) {
        return stopped(
            failure,
            "another instance uses crop.transactional-id=%s: give each instance its own"
                .formatted(id));
      }
      if (cause instanceof AuthorizationException) {
        return stopped(
            failure,
            "%s; crop.transactional-id=%s needs Write and Describe, answers and dead letters Write, the group Read"
                .formatted(cause.getMessage(), id));
      }
      if (cause instanceof InvalidTxnTimeoutException) {
        return stopped(
            failure,
            "crop.transaction-timeout=%s is more than the broker's transaction.max.timeout.ms"
                .formatted(timeout));
      }
      if (cause instanceof UnsupportedVersionException) {
        return stopped(
            failure,
            "crop.delivery=exactly-once needs brokers of Kafka 2.5 or newer: "
                + cause.getMessage());
      }
    }
    return failure;
  }

  private static TransactionFailure stopped(Throwable failure, String message) {
    return new TransactionFailure(Kind.STOPPED, message, failure);
  }

  private static boolean isFencing(Throwable failure) {
    return failure instanceof ProducerFencedException
        || failure instanceof InvalidProducerEpochException;
  }
}
