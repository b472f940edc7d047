package io.cropvqa.messaging;

import io.cropvqa.domain.QuestionFailure;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.Metadata;

/**
 * The connector's way: it publishes, and commits what was acknowledged once a second. What a crash
 * finds uncommitted is answered again, under the same event id.
 */
@ApplicationScoped
@Identifier("at-least-once")
public class AtLeastOnce implements Delivery {
  private final DeadLetterHeaders deadLetterHeaders;
  private final Settlements settlements;
  private final Revocation revocation;
  private final Admission admission;

  @Inject
  AtLeastOnce(
      DeadLetterHeaders deadLetterHeaders,
      Settlements settlements,
      Revocation revocation,
      Admission admission) {
    this.deadLetterHeaders = deadLetterHeaders;
    this.settlements = settlements;
    this.revocation = revocation;
    this.admission = admission;
  }

  @Override
  public Optional<Receipt> take(QuestionRecord question) {
    if (!revocation.taken(question)) {
      return Optional.empty();
    }
    settlements.taken();
    return Optional.of(new Acknowledged(question));
  }

  @Override
  public void onPartitionsAssigned(Consumer<?, ?> consumer, Collection<TopicPartition> added) {
    revocation.assigned(consumer, added);
    admission.assigned(added);
  }

  @Override
  public void onPartitionsRevoked(Consumer<?, ?> consumer, Collection<TopicPartition> revoked) {
    revocation.revoked(consumer, revoked);
  }

  @Override
  public void onPartitionsLost(Consumer<?, ?> consumer, Collection<TopicPartition> lost) {
    revocation.lost(lost);
  }

  private final class Acknowledged implements Receipt {
    private final QuestionRecord question;
    private final CompletableFuture<Void> over = new CompletableFuture<>();

    Acknowledged(QuestionRecord question) {
      this.question = question;
    }

    /**
     * A new message, not one derived from the question's: the connector would look in the
     * question's headers for a topic and a partition to reply to, and a sender must not choose
     * where answers go.
     */
    @Override
    public Uni<Message<byte[]>> answered(OutgoingRecord answer) {
      return Uni.createFrom()
          .item(
              Message.of(
                  answer.value(),
                  Metadata.of(answer.metadata()),
                  () -> question.message().ack().whenComplete((done, failure) -> published()),
                  this::undelivered));
    }

    private void published() {
      revocation.settled(question);
      try {
        settlements.answered(question.timestamp());
      } finally {
        over.complete(null); // whatever a listener does, others may follow
      }
    }

    @Override
    public Uni<Message<byte[]>> deadLettered(QuestionFailure failure) {
      return Uni.createFrom()
          .completionStage(() -> nack(question, failure))
          .invoke(() -> revocation.settled(question))
          .invoke(() -> settlements.deadLettered(question.timestamp(), failure))
          .invoke(() -> over.complete(null))
          .onFailure()
          .recoverWithUni(broken -> Uni.createFrom().completionStage(undelivered(broken)))
          .replaceWith(Uni.createFrom().nullItem());
    }

    private CompletionStage<Void> undelivered(Throwable failure) {
      left();
      settlements.undelivered(question.position().toString(), failure);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void left() {
      revocation.left(question);
      settlements.left();
      over.complete(null);
    }

    @Override
    public CompletionStage<Void> over() {
      return over;
    }
  }

  /** One at a time: the connector's dead-letter stream has a single-producer queue. */
  private synchronized CompletionStage<Void> nack(
      QuestionRecord question, QuestionFailure failure) {
    Metadata why =
        Metadata.of(
            OutgoingKafkaRecordMetadata.builder()
                .withHeaders(deadLetterHeaders.of(question, failure))
                .build());
    return question.message().nack(failure, why);
  }
}
