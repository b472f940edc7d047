package io.cropvqa.messaging;

import io.cropvqa.config.CropConfig;
import io.cropvqa.domain.QuestionFailure;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.ChannelRegistry;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
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
  private final ChannelRegistry channels;
  private final ConnectorSettings connector;
  private final Duration timeout;
  private final Ledger ledger;
  private final Committer committer;

  @Inject
  ExactlyOnce(
      ConnectorSettings connector,
      DeadLetterHeaders deadLetterHeaders,
      Settlements settlements,
      @Liveness DeliveryCheck check,
      ChannelRegistry channels,
      CropConfig config) {
    this.connector = connector;
    this.deadLetterHeaders = deadLetterHeaders;
    this.settlements = settlements;
    this.check = check;
    this.channels = channels;
    this.timeout = config.transactionTimeout();
    this.ledger = new Ledger(settlements);
    this.committer =
        new Committer(
            ledger,
            new Transactions(connector, connector.transactionalId(), timeout),
            new Failures());
  }

  @Override
  public Receipt take(QuestionRecord question) {
    return new Entered(question, ledger.take(question));
  }

  /** Until it is finished; what is kept after that is its outcome alone. */
  private final class Entered implements Receipt {
    private final QuestionRecord question;
    private final Ledger.Entry entry;

    Entered(QuestionRecord question, Ledger.Entry entry) {
      this.question = question;
      this.entry = entry;
    }

    @Override
    public Uni<Message<byte[]>> answered(AnswerRecord answer) {
      return finished(answer.in(connector.answers()), Optional.empty());
    }

    @Override
    public Uni<Message<byte[]>> deadLettered(QuestionFailure failure) {
      return finished(
          DeadLetterRecord.of(
              connector.deadLetters(), question, failure, deadLetterHeaders.of(question, failure)),
          Optional.of(failure));
    }

    private Uni<Message<byte[]>> finished(
        ProducerRecord<byte[], byte[]> record, Optional<QuestionFailure> failure) {
      return Uni.createFrom()
          .completionStage(() -> ledger.finish(entry, new Ledger.Outcome(record, failure)))
          .onSubscription()
          .invoke(committer::wake)
          .replaceWith(Uni.createFrom().nullItem());
    }

    @Override
    public void left() {
      ledger.abandon(entry);
    }
  }

  @Override
  public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> added) {
    ledger.assigned(added, consumer.groupMetadata());
    committer.wake();
  }

  /** Also called for partitions that were lost: the broker refuses the commit then. */
  @Override
  public void onPartitionsRevoked(Consumer<?, ?> consumer, Collection<TopicPartition> taken) {
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
    public void undeliverable(Ledger.Entry question, Exception failure) {
      ledger.abandon(question);
      settlements.undelivered(question.position(), failure);
    }

    @Override
    public void stopped(String reason) {
      check.stopped(reason);
      channels.getPausable(QuestionConsumer.QUESTIONS).pause();
      ledger.closeAll();
    }
  }

  @PreDestroy
  void close() {
    committer.close();
  }
}
