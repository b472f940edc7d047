package io.cropvqa.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.cropvqa.domain.RequestListener;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.smallrye.reactive.messaging.kafka.api.IncomingKafkaRecordMetadata;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.awaitility.Awaitility;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A committer by itself, with a real broker and a consumer group of its own. */
@QuarkusTest
@TestProfile(ExactlyOnceProfile.class)
@WithTestResource(value = BrokerResource.class, scope = TestResourceScope.GLOBAL)
class CommitterTest {
  private static final String ANSWERS = BrokerResource.TOPICS.answers();
  private static final TopicPartition P0 = new TopicPartition(BrokerResource.TOPICS.questions(), 0);
  private static final TopicPartition P1 = new TopicPartition(BrokerResource.TOPICS.questions(), 1);
  private static final int MOST_BYTES = 1000;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrapServers;

  private final InFlight inFlight = new InFlight();
  private final Ledger ledger =
      new Ledger(new Settlements(inFlight, new DeliveryCheck(), RequestListener.NONE));
  private final Failures failures = new Failures();
  private String group;
  private KafkaConsumer<byte[], byte[]> member;
  private Conversation conversation;
  private Committer committer;

  /** Remembers what it was told. */
  private final class Failures implements Committer.Failures {
    private final List<String> undeliverable = Collections.synchronizedList(new ArrayList<>());
    private final List<String> stopped = Collections.synchronizedList(new ArrayList<>());

    @Override
    public void undeliverable(LedgerEntry question, Exception failure) {
      ledger.abandon(question);
      undeliverable.add(question.position());
    }

    @Override
    public void stopped(String reason) {
      stopped.add(reason);
    }
  }

  /** Transactions of which one goes wrong, after the broker has done its part. */
  private final class WithOneFault extends Transactions {
    private boolean before = true;

    private boolean answersAtOnce;

    /**
     * @param answersAtOnce whether what is committed can be told when it is first asked after
     */
    WithOneFault(boolean answersAtOnce) {
      super(connection(), group, Duration.ofSeconds(10));
      this.answersAtOnce = answersAtOnce;
    }

    @Override
    Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions) {
      if (!before && !answersAtOnce) {
        answersAtOnce = true;
        throw new TimeoutException("the group's coordinator is loading");
      }
      return super.committed(partitions);
    }

    @Override
    void commit(Batch batch, BiConsumer<LedgerEntry, Exception> tooLarge) {
      super.commit(batch, tooLarge);
      if (before) {
        before = false;
        close();
        throw new TimeoutException("nobody knows what became of it");
      }
    }
  }

  private Transactions.Connection connection() {
    return new Transactions.Connection() {
      @Override
      public Map<String, Object> producer() {
        return Map.of("bootstrap.servers", bootstrapServers, "max.request.size", MOST_BYTES);
      }

      @Override
      public Map<String, Object> consumer() {
        return Map.of("bootstrap.servers", bootstrapServers, "group.id", group);
      }
    };
  }

  @BeforeEach
  void joinAGroup(TestInfo test) {
    group = test.getTestMethod().orElseThrow().getName() + " " + test.getDisplayName();
    conversation = new Conversation(bootstrapServers);
    member = join();
    awaitPartitions(member, BrokerResource.PARTITIONS);
    ledger.assigned(List.of(P0, P1), member.groupMetadata());
  }

  @AfterEach
  void leave() {
    committer.close();
    member.close();
    conversation.close();
  }

  private KafkaConsumer<byte[], byte[]> join() {
    Map<String, Object> settings = new HashMap<>(connection().consumer());
    settings.put("auto.offset.reset", "latest");
    settings.put("enable.auto.commit", "false");
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer.subscribe(List.of(BrokerResource.TOPICS.questions()));
    return consumer;
  }

  private static void awaitPartitions(KafkaConsumer<byte[], byte[]> consumer, int count) {
    Awaitility.await()
        .until(
            () -> {
              consumer.poll(Duration.ofMillis(100));
              return consumer.assignment().size() == count;
            });
  }

  private void start(Transactions transactions) {
    committer = new Committer(ledger, transactions, failures);
    committer.wake();
  }

  private Transactions transactions() {
    return new Transactions(connection(), group, Duration.ofSeconds(10));
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(booleans = {true, false})
  void aCommitThatWentThroughUnheardIsNotRepeated(boolean committedIsToldAtOnce) throws Exception {
    start(new WithOneFault(committedIsToldAtOnce));
    finish(P0, 0, 10);
    committer.wake();

    awaitCommitted(0, 1);
    finish(P0, 1, 10);
    committer.wake();

    awaitCommitted(0, 2);
    assertThat(answers(2)).containsExactlyInAnyOrder("0-0", "0-1");
    assertThat(inFlight.drain(Duration.ofSeconds(10))).isZero();
  }

  @Test
  void anAbortedTransactionIsSentAgainWithoutWhatIsTooLarge() throws Exception {
    finish(P0, 0, 10);
    finish(P0, 1, MOST_BYTES);
    finish(P0, 2, 10);
    finish(P1, 0, 10);
    finish(P1, 1, 10);

    start(transactions());

    awaitCommitted(1, 2);
    assertThat(answers(2)).containsExactlyInAnyOrder("1-0", "1-1");
    assertThat(failures.undeliverable).containsExactly(P0 + "-1");
    assertThat(Groups.committed(bootstrapServers, group)).containsEntry(0, 0L);
    assertThat(inFlight.drain(Duration.ofSeconds(10))).isZero();
  }

  @Test
  void aZombiesCommitIsRefused() throws Exception {
    start(transactions());
    // Another one joins, and what we still believe to be ours may not be.
    try (KafkaConsumer<byte[], byte[]> other = join();
        OutcomeFeed feed =
            OutcomeFeed.fromNow(
                Map.of("bootstrap.servers", bootstrapServers), BrokerResource.TOPICS)) {
      Awaitility.await()
          .until(
              () -> {
                member.poll(Duration.ofMillis(50));
                other.poll(Duration.ofMillis(50));
                return other.assignment().size() == BrokerResource.PARTITIONS / 2;
              });
      finish(P0, 0, 10);
      finish(P1, 0, 10);
      committer.wake();

      assertThat(answers(0)).isEmpty();
      assertThat(Groups.committed(bootstrapServers, group)).containsEntry(0, 0L);

      // Partitions that stay with us go on as soon as we know the new generation.
      ledger.revoked(List.of(P1));
      ledger.assigned(List.of(), member.groupMetadata());
      committer.wake();
      awaitCommitted(0, 1);
      assertThat(answers(1)).containsExactly("0-0");
      assertThat(feed.poll(Duration.ofSeconds(5)))
          .as("what tail and demo see")
          .extracting(outcome -> outcome.headers().get("name"))
          .containsExactly("0-0");
    }
    assertThat(failures.stopped).isEmpty();
  }

  @Test
  void whoseIdIsTakenCommitsNothingMore() throws Exception {
    start(transactions());
    finish(P0, 0, 10);
    committer.wake();
    awaitCommitted(0, 1);

    try (Transactions second = transactions()) {
      second.open();
      finish(P0, 1, 10);
      committer.wake();
      Awaitility.await().until(() -> !failures.stopped.isEmpty());
    }

    assertThat(failures.stopped)
        .singleElement()
        .asString()
        .isEqualTo(
            "another instance uses crop.transactional-id=%s: give each instance its own"
                .formatted(group));
    assertThat(answers(1)).containsExactly("0-0");
    assertThat(Groups.committed(bootstrapServers, group)).containsEntry(0, 1L);
  }

  /** Finishes a question with an answer of so many bytes. */
  private void finish(TopicPartition partition, long offset, int bytes) {
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(
            partition.topic(), partition.partition(), offset, new byte[0], new byte[0]);
    LedgerEntry entry =
        ledger
            .take(
                new QuestionRecord(
                    Message.of(new byte[0]),
                    new IncomingKafkaRecordMetadata<>(
                        record, "questions", 0, member.groupMetadata().generationId()),
                    Handover.NONE))
            .orElseThrow();
    ProducerRecord<byte[], byte[]> answer = new ProducerRecord<>(ANSWERS, new byte[bytes]);
    answer.headers().add("group", group.getBytes(StandardCharsets.UTF_8));
    answer
        .headers()
        .add("name", (partition.partition() + "-" + offset).getBytes(StandardCharsets.UTF_8));
    ledger.finish(entry, new LedgerEntry.Result(answer, Optional.empty()));
  }

  private void awaitCommitted(int partition, long offset) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () ->
                assertThat(Groups.committed(bootstrapServers, group))
                    .containsEntry(partition, offset));
  }

  /** Names of this test's answers: so many are waited for, and then for a moment for more. */
  private List<String> answers(int expected) {
    if (expected > 0) {
      conversation.answers(expected, this::isOfThisTest);
    }
    Stream<ConsumerRecord<byte[], byte[]>> answers =
        conversation.answersWithin(Duration.ofMillis(700)).stream();
    return answers.filter(this::isOfThisTest).map(a -> Conversation.header(a, "name")).toList();
  }

  private boolean isOfThisTest(ConsumerRecord<byte[], byte[]> answer) {
    return group.equals(Conversation.header(answer, "group"));
  }
}
