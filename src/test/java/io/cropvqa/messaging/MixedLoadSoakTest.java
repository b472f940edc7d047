package io.cropvqa.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tens of thousands of questions, a fifth of them bad in every way there is, in turn with as many
 * good ones alone: the bad cost the good ones neither their answer nor their pace, and nothing
 * piles up. The engine is a fake that has 16 questions in hand and takes its time for each; the
 * broker is in this process.
 */
@QuarkusTest
@TestProfile(MixedLoadSoakTest.SlowEngine.class)
@WithTestResource(value = BrokerResource.class, scope = TestResourceScope.GLOBAL)
class MixedLoadSoakTest {
  private static final int QUESTIONS = Integer.getInteger("mixed.questions", 50_000);
  private static final int TURNS = 20;
  private static final int GOOD = QUESTIONS * 4 / 5 / TURNS;
  private static final int BAD = QUESTIONS / 5 / TURNS;

  /** 107 questions a second at most: more than a worker on a GPU answers with a model of 7 B. */
  private static final Duration DELAY = Duration.ofMillis(150);

  private static final int PUBLISHED_AHEAD = 300;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String ANSWERED = "answered";

  /** Lets 16 questions in at once, and images from files. */
  public static final class SlowEngine extends FakeEngineProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("crop.max-in-flight", "16", "crop.image.file-root", BadQuestion.root());
    }
  }

  /**
   * Memory after a collection, in MiB.
   *
   * @param anonymous resident memory that is no file's
   */
  private record Memory(double heap, double direct, double anonymous) {}

  @Inject FakeEngine engine;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrapServers;

  private final Map<String, String> due = new HashMap<>();
  private KafkaProducer<String, String> producer;
  private OutcomeFeed outcomes;

  @BeforeEach
  void begin() {
    Map<String, Object> connection = Map.of("bootstrap.servers", bootstrapServers);
    producer = new KafkaProducer<>(connection, new StringSerializer(), new StringSerializer());
    outcomes = OutcomeFeed.fromNow(connection, BrokerResource.TOPICS);
  }

  @AfterEach
  void end() {
    producer.close();
    outcomes.close();
  }

  @Test
  void theGoodAreAnsweredTheBadAreToldWhyAndNothingPilesUp() throws Exception {
    engine.takes(DELAY);
    List<Memory> memory = new ArrayList<>();
    double clean = 0;
    double mixed = 0;
    for (int turn = 0; turn <= TURNS; turn++) {
      double cleanSeconds = ask("clean-" + turn, 0);
      double mixedSeconds = ask("mixed-" + turn, BAD);
      if (turn > 0) { // the first warms up
        clean += cleanSeconds;
        mixed += mixedSeconds;
        memory.add(memory());
      }
      System.err.printf(
          "turn %d: %.1f good questions a second alone, %.1f among bad ones; %s%n",
          turn, GOOD / cleanSeconds, GOOD / mixedSeconds, memory());
    }
    assertThat(outcomes.poll(Duration.ofSeconds(5))).as("outcomes beyond the first").isEmpty();
    System.err.printf(
        "%d questions, of them %d bad, all with the outcome they are due; the good keep %.3f of"
            + " their pace%n",
        TURNS * (GOOD + BAD), TURNS * BAD, clean / mixed);
    Memory half = mean(memory.subList(TURNS / 2 - 3, TURNS / 2 + 1));
    Memory end = mean(memory.subList(TURNS - 4, TURNS));
    System.err.printf("memory at half time %s, at the end %s%n", half, end);
    assertThat(clean / mixed).as("pace of the good ones").isGreaterThanOrEqualTo(0.9);
    assertThat(end.heap()).as("heap").isLessThan(1.05 * half.heap());
    assertThat(end.direct()).as("direct buffers").isLessThan(1.05 * half.direct() + 1);
    assertThat(end.anonymous()).as("resident").isLessThan(1.05 * half.anonymous());
  }

  /**
   * Asks {@link #GOOD} good questions and so many bad ones among them, with no gap.
   *
   * @return seconds until the last good one was answered
   */
  private double ask(String run, int bad) {
    long begun = System.nanoTime();
    long lastAnswer = begun;
    int all = GOOD + bad;
    int asked = 0;
    while (asked < all || !due.isEmpty()) {
      while (asked < all && due.size() < PUBLISHED_AHEAD) {
        boolean isBad = bad > 0 && asked % (all / bad) == 0 && asked / (all / bad) < bad;
        publish(run + "-" + asked, asked, isBad);
        asked++;
      }
      for (Outcome outcome : outcomes.poll(Duration.ofMillis(20))) {
        if (settle(outcome).equals(ANSWERED)) {
          lastAnswer = System.nanoTime();
        }
      }
      assertThat(System.nanoTime() - lastAnswer)
          .as("time without an answer; still due: %s", due.size() < 20 ? due : due.size())
          .isLessThan(PATIENCE.toNanos());
    }
    return (lastAnswer - begun) / 1e9;
  }

  private void publish(String id, int number, boolean isBad) {
    BadQuestion bad = BadQuestion.values()[number / 5 % BadQuestion.values().length];
    due.put(id, isBad ? bad.code() : ANSWERED);
    ProducerRecord<String, String> record =
        new ProducerRecord<>(
            BrokerResource.TOPICS.questions(),
            "key-" + number % 12,
            isBad ? bad.event() : good(id, number));
    record.headers().add("ce_subject", id.getBytes(StandardCharsets.UTF_8));
    producer.send(record);
  }

  /** Every other one names a file. */
  private static String good(String id, int number) {
    return number % 2 == 0
        ? Conversation.event(id, "What?")
        : "{\"id\":\"%s\",\"image\":{\"uri\":\"file:%s/scene-%02d.png\"},\"question\":\"What?\"}"
            .formatted(id, BadQuestion.root(), number % 12);
  }

  private String settle(Outcome outcome) {
    String id = outcome.questionId().orElseThrow();
    String was = outcome.failure().map(why -> why.split(":")[0]).orElse(ANSWERED);
    assertThat(was).as("outcome of %s", id).isEqualTo(due.remove(id));
    return was;
  }

  private static Memory memory() throws Exception {
    System.gc();
    double anonymous =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("RssAnon:"))
            .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
            .findFirst()
            .orElseThrow();
    double direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    double heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    return new Memory(heap / (1 << 20), direct / (1 << 20), anonymous / (1 << 10));
  }

  private static Memory mean(List<Memory> samples) {
    return new Memory(
        samples.stream().mapToDouble(Memory::heap).average().orElseThrow(),
        samples.stream().mapToDouble(Memory::direct).average().orElseThrow(),
        samples.stream().mapToDouble(Memory::anonymous).average().orElseThrow());
  }
}
