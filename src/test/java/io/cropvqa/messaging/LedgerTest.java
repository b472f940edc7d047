package io.cropvqa.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.cropvqa.domain.RequestListener;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LedgerTest {
  private static final TopicPartition P0 = new TopicPartition("questions", 0);
  private static final TopicPartition P1 = new TopicPartition("questions", 1);

  private final InFlight inFlight = new InFlight();
  private final Ledger ledger =
      new Ledger(new Settlements(inFlight, new DeliveryCheck(), RequestListener.NONE));

  @BeforeEach
  void twoPartitionsAreAssigned() {
    ledger.assigned(List.of(P0, P1), member(1));
  }

  @Test
  void onlyTheFinishedHeadOfEachPartitionIsCommitted() throws Exception {
    Ledger.Entry slow = take(P0, 10);
    finish(take(P0, 11));
    finish(take(P1, 5));
    finish(take(P1, 6));
    take(P1, 7);

    assertThat(offsets()).isEqualTo(Map.of(P1, 7L));

    finish(slow);
    assertThat(offsets()).isEqualTo(Map.of(P0, 12L, P1, 7L));

    ledger.committed(ledger.finished().orElseThrow().offsets());
    assertThat(ledger.finished()).isEmpty();
    assertThat(inFlight.drain(Duration.ZERO)).isEqualTo(1);
  }

  @Test
  void offsetsMayHaveGaps() {
    finish(take(P0, 10));
    finish(take(P0, 17));

    assertThat(offsets()).isEqualTo(Map.of(P0, 18L));
  }

  @Test
  void whatIsRevokedIsForgottenAndItsOutcomeDropped() throws Exception {
    Ledger.Entry finished = take(P0, 10);
    Ledger.Entry working = take(P0, 11);
    finish(finished);
    ledger.revoked(List.of(P0));
    finish(working);

    assertThat(ledger.finished()).isEmpty();
    assertThat(inFlight.drain(Duration.ZERO)).isZero();
  }

  @Test
  void aRecordReadBeforeItsPartitionWasGivenAwayIsNotOursWhenItComesBack() {
    ledger.revoked(List.of(P0));
    finish(take(P0, 10));
    assertThat(ledger.finished()).as("while it is another's").isEmpty();

    ledger.assigned(List.of(P0), member(3));
    finish(take(P0, 10, 1));
    assertThat(ledger.finished()).as("read in generation 1").isEmpty();

    finish(take(P0, 10, 3));
    assertThat(offsets()).isEqualTo(Map.of(P0, 11L));
  }

  @Test
  void aPartitionThatIsKeptGoesOnInTheNextGeneration() {
    finish(take(P0, 10, 1));
    ledger.assigned(List.of(), member(2));

    assertThat(offsets()).isEqualTo(Map.of(P0, 11L));
    assertThat(ledger.finished().orElseThrow().group().generationId()).isEqualTo(2);
  }

  @Test
  void afterARefusedCommitNothingIsCommittedUntilTheGroupHasANewGeneration() {
    finish(take(P0, 10));
    ledger.suspend(member(1));
    assertThat(ledger.finished()).isEmpty();

    ledger.assigned(List.of(), member(2));
    ledger.suspend(member(1));
    assertThat(offsets()).isEqualTo(Map.of(P0, 11L));
  }

  @Test
  void nothingBehindAQuestionThatIsLeftIsCommittedAndNobodyWaitsForIt() throws Exception {
    finish(take(P0, 10));
    Ledger.Entry left = take(P0, 11);
    finish(take(P0, 12));
    ledger.committed(Map.of(P0, new OffsetAndMetadata(11)));
    ledger.abandon(left);
    finish(take(P0, 13));

    assertThat(ledger.finished()).isEmpty();
    assertThat(inFlight.drain(Duration.ZERO)).isZero();
  }

  @Test
  void whatTheBrokerSaysIsCommittedIsNotCommittedAgain() throws Exception {
    finish(take(P0, 10));
    finish(take(P0, 11));
    ledger.committed(Map.of(P0, new OffsetAndMetadata(11)));

    assertThat(ledger.finished().orElseThrow().entries()).hasSize(1);
    assertThat(inFlight.drain(Duration.ZERO)).isEqualTo(1);
  }

  @Test
  void whoFinishesWhenTooMuchWaitsKeepsItsPlaceUntilThatIsCommitted() throws Exception {
    Ledger.Entry slow = take(P0, 0);
    CompletionStage<Void> waits = null;
    for (int offset = 1; offset <= 9; offset++) {
      assertThat(waits == null || waits.toCompletableFuture().isDone()).isTrue();
      waits = ledger.finish(take(P0, offset), outcome(8 << 20));
    }
    assertThat(waits.toCompletableFuture()).isNotDone();

    finish(slow);
    while (ledger.finished().isPresent()) {
      ledger.committed(ledger.finished().get().offsets());
    }

    waits.toCompletableFuture().get(10, TimeUnit.SECONDS);
    assertThat(inFlight.drain(Duration.ZERO)).isZero();
  }

  @Test
  void aTransactionTakesOnlySoMuch() {
    for (int offset = 0; offset < 5; offset++) {
      ledger.finish(take(P0, offset), outcome(7 << 20));
    }

    assertThat(ledger.finished().orElseThrow().entries()).hasSize(3);
  }

  private Map<TopicPartition, Long> offsets() {
    return ledger.finished().orElseThrow().offsets().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, next -> next.getValue().offset()));
  }

  private Ledger.Entry take(TopicPartition partition, long offset) {
    return take(partition, offset, 1);
  }

  private Ledger.Entry take(TopicPartition partition, long offset, int generation) {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(
            partition.topic(), partition.partition(), offset, new byte[0], new byte[0]);
    return ledger.take(
        new QuestionRecord(
            Message.of(new byte[0]),
            new IncomingKafkaRecordMetadata<>(record, "questions", 0, generation)));
  }

  private void finish(Ledger.Entry entry) {
    ledger.finish(entry, outcome(1));
  }

  private static Ledger.Outcome outcome(int bytes) {
    return new Ledger.Outcome(new ProducerRecord<>("answers", new byte[bytes]), Optional.empty());
  }

  private static ConsumerGroupMetadata member(int generation) {
    return new ConsumerGroupMetadata("group", generation, "member", Optional.empty());
  }
}
