package io.cropvqa.messaging;

import io.cropvqa.config.CropConfig;
import io.cropvqa.domain.QuestionFailure;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * Answers, dead letters and the offsets of their questions become visible together, in one
 * transaction, or not at all: a reader of committed records sees the outcome of every question
 * once.
 *
 * <p>Questions are worked on as concurrently as otherwise. Whenever some are finished, the next
 * transaction takes the finished head of every partition; what finishes meanwhile shares the one
 * after. A commit names the member of the consumer group that makes it, so the broker refuses that
 * of an instance which has lost its partitions without knowing it (KIP-447).
 */
@ApplicationScoped
@Identifier("exactly-once")
public class ExactlyOnce implements Delivery {
  private final DeadLetterHeaders deadLetterHeaders;
  private final Settlements settlements;
  private final DeliveryCheck check;
  private final Connector connector;
  private final Admission admission;
  private final Duration timeout;
  private final Ledger ledger;
  private final Committer committer;

  @Inject
  ExactlyOnce(
      Connector connector,
      DeadLetterHeaders deadLetterHeaders,
      Settlements settlements,
      @Liveness DeliveryCheck check,
      Admission admission,
      CropConfig config) {
    this.connector = connector;
    this.deadLetterHeaders = deadLetterHeaders;
    this.settlements = settlements;
    this.check = check;
    this.admission = admission;
    this.timeout = config.transactionTimeout();
    this.ledger = new Ledger(settlements);
    this.committer =
        new Committer(
            ledger,
            new Transactions(connector, connector.transactionalId(), timeout),
            new Failures());
  }

  @Override
  public Optional<Receipt> take(QuestionRecord question) {
    return ledger.take(question).map(entry -> new Entered(question, entry));
  }

  /** Until it is finished; what is kept after that is its outcome alone. */
  private final class Entered implements Receipt {
    private final QuestionRecord question;
    private final LedgerEntry entry;
    private final CompletableFuture<Void> over = new CompletableFuture<>();

    Entered(QuestionRecord question, LedgerEntry entry) {
      this.question = question;
      this.entry = entry;
    }

    @Override
    public Uni<Message<byte[]>> answered(OutgoingRecord answer) {
      return finished(answer.in(connector.answers()), Optional.empty());
    }

    @Override
    public Uni<Message<byte[]>> deadLettered(QuestionFailure failure) {
      return finished(
          DeadLetterRecord.of(
              connector.deadLetters(), question, failure, deadLetterHeaders.of(question, failure)),
          Optional.of(failure));
    }

    /** Tells from another thread: whoever listens may want to take the next question. */
    private Uni<Message<byte[]>> finished(
        ProducerRecord<byte[], byte[]> record, Optional<QuestionFailure> failure) {
      return Uni.createFrom()
          .completionStage(
              () -> {
                CompletionStage<Void> free =
                    ledger.finish(entry, new LedgerEntry.Result(record, failure));
                committer.wake();
                return free.thenRunAsync(
                    () -> over.complete(null), Infrastructure.getDefaultExecutor());
              })
          .replaceWith(Uni.createFrom().nullItem());
    }

    @Override
    public void left() {
      ledger.abandon(entry);
      over.complete(null);
    }

    @Override
    public CompletionStage<Void> over() {
      return over;
    }
  }

  @Override
  public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> added) {
    ledger.assigned(added, consumer.groupMetadata());
    admission.assigned(added);
    committer.wake();
  }

  /** Also called for partitions that were lost: the broker refuses the commit then. */
  @Override
  public void onPartitionsRevoked(Consumer<?, ?> consumer, Collection<TopicPartition> taken) {
    admission.turnAway(taken);
    try {
      committer.commitWithin(timeout);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      ledger.revoked(taken);
    }
  }

  private final class Failures implements Committer.Failures {
    @Override
    public void undeliverable(LedgerEntry question, Exception failure) {
      ledger.abandon(question);
      settlements.undelivered(question.position(), failure);
    }

    @Override
    public void stopped(String reason) {
      check.stopped(reason);
      ledger.closeAll();
      connector.leaveGroup();
    }
  }

  @PreDestroy
  void close() {
    committer.close();
  }
}
