package io.cropvqa.messaging;

import io.cropvqa.domain.QuestionFailure;
import io.smallrye.common.annotation.Identifier;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
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

  @Inject
  AtLeastOnce(DeadLetterHeaders deadLetterHeaders, Settlements settlements) {
    this.deadLetterHeaders = deadLetterHeaders;
    this.settlements = settlements;
  }

  @Override
  public Receipt take(QuestionRecord question) {
    settlements.taken();
    return new Acknowledged(question);
  }

  private final class Acknowledged implements Receipt {
    private final QuestionRecord question;

    Acknowledged(QuestionRecord question) {
      this.question = question;
    }

    /**
     * A new message, not one derived from the question's: the connector would look in the
     * question's headers for a topic and a partition to reply to, and a sender must not choose
     * where answers go.
     */
    @Override
    public Uni<Message<byte[]>> answered(AnswerRecord answer) {
      return Uni.createFrom()
          .item(
              Message.of(
                  answer.value(),
                  Metadata.of(answer.metadata()),
                  () -> question.message().ack().whenComplete((done, failure) -> published()),
                  this::undelivered));
    }

    private void published() {
      settlements.answered(question.timestamp());
    }

    @Override
    public Uni<Message<byte[]>> deadLettered(QuestionFailure failure) {
      return Uni.createFrom()
          .completionStage(() -> nack(question, failure))
          .invoke(() -> settlements.deadLettered(question.timestamp(), failure))
          .onFailure()
          .recoverWithUni(broken -> Uni.createFrom().completionStage(undelivered(broken)))
          .replaceWith(Uni.createFrom().nullItem());
    }

    private CompletionStage<Void> undelivered(Throwable failure) {
      settlements.left();
      settlements.undelivered(question.position(), failure);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void left() {
      settlements.left();
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
