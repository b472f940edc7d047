package io.cropvqa.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens to the questions of a partition that goes to another instance. */
@Timeout(20)
class RevocationTest {
  private static final TopicPartition A = new TopicPartition("q", 0);

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
  private final Admission admission =
      new Admission(
          2,
          4,
          new PartitionFlow() {
            @Override
            public void pause(TopicPartition partition) {}

            @Override
            public void resume(TopicPartition partition) {}
          });
  private final int generation = consumer.groupMetadata().generationId();
  private Revocation revocation;

  @BeforeEach
  void assign() {
    consumer.assign(List.of(A));
    revocation = new Revocation(admission, Duration.ofMinutes(1));
    revocation.assigned(consumer, List.of(A));
  }

  @AfterEach
  void close() {
    consumer.close();
  }

  private QuestionRecord question(long offset, int readIn) {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(A.topic(), A.partition(), offset, null, new byte[0]);
    return new QuestionRecord(
        Message.of(record.value()),
        new IncomingKafkaRecordMetadata<>(record, "questions", 0, readIn),
        Handover.NONE);
  }

  private QuestionRecord taken(long offset) {
    QuestionRecord question = question(offset, generation);
    assertThat(revocation.taken(question)).isTrue();
    return question;
  }

  private CompletableFuture<Optional<String>> enter(String name) {
    return admission.enter(A, "me", () -> Optional.of(name)).subscribeAsCompletionStage();
  }

  private OffsetAndMetadata committed() {
    return consumer.committed(Set.of(A)).get(A);
  }

  @Test
  void whatIsOnItsWayIsSettledFirstAndCommitted() {
    QuestionRecord first = taken(7);
    QuestionRecord second = taken(8);
    enter("first");
    enter("second");
    CompletableFuture<Optional<String>> waiting = enter("third");
    CompletableFuture<Void> given =
        CompletableFuture.runAsync(() -> revocation.revoked(consumer, List.of(A)));

    revocation.settled(second);
    assertThat(waiting.join()).isEmpty();
    assertThat(given).isNotDone();
    revocation.settled(first);
    given.join();

    assertThat(committed()).isEqualTo(new OffsetAndMetadata(9));
  }

  @Test
  void whatWasReadBeforeIsSomeoneElses() {
    assertThat(revocation.taken(question(7, generation - 1))).isFalse();
    revocation.settled(taken(7));
    revocation.revoked(consumer, List.of(A));

    assertThat(revocation.taken(question(8, generation))).isFalse();
    assertThat(committed()).isEqualTo(new OffsetAndMetadata(8));
  }

  @Test
  void nothingIsCommittedPastAQuestionThatWasLeft() {
    QuestionRecord first = taken(7);
    QuestionRecord second = taken(8);
    revocation.left(first);
    revocation.settled(second);

    revocation.revoked(consumer, List.of(A));

    assertThat(committed()).isNull();
  }

  @Test
  void theGroupIsKeptWaitingForSoLongAndNoLonger() {
    revocation = new Revocation(admission, Duration.ofMillis(50));
    revocation.assigned(consumer, List.of(A));
    taken(7);

    revocation.revoked(consumer, List.of(A));

    assertThat(committed()).isNull();
  }

  @Test
  void ofAPartitionThatWasLostNothingIsCommitted() {
    QuestionRecord first = taken(7);

    revocation.lost(List.of(A));
    revocation.settled(first);
    revocation.revoked(consumer, List.of(A));

    assertThat(committed()).isNull();
  }
}
