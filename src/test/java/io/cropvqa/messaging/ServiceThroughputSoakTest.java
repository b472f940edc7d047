package io.cropvqa.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.cropvqa.Samples;
import io.cropvqa.domain.Answer;
import io.cropvqa.domain.ImageQuestion;
import io.cropvqa.domain.ImageRef;
import io.cropvqa.domain.QuestionOptions;
import io.cropvqa.domain.StageClock;
import io.cropvqa.engine.InferenceEngine;
import io.cropvqa.engine.InferenceRequest;
import io.cropvqa.observability.MeterNames;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/**
 * How much of the bare engine's pace the whole service keeps under a backlog, broker and publisher
 * in the same process, and for how much of that time the device has nothing to do. Nothing is
 * remembered of pictures and regions but their decoded pixels.
 */
@QuarkusTest
@TestProfile(ServiceThroughputSoakTest.ForgettingEngine.class)
@WithTestResource(value = BrokerResource.class, scope = TestResourceScope.GLOBAL)
class ServiceThroughputSoakTest {
  /** What runs a few times a question is compiled after some 25,000 questions. */
  private static final int WARM_UP_ROUNDS = 12;

  private static final int ROUNDS = 9;
  private static final int QUESTIONS = 1_152;
  private static final int UNDER_WAY = 128;
  private static final int AT_ONCE = 32; // crop.max-in-flight
  private static final double LEAST = 0.95;
  private static final Path PICTURES = Path.of("kafka/samples");

  /** Every question costs the engine all that a question costs. */
  public static class ForgettingEngine implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "crop.image.feature-cache-bytes",
          "0",
          "crop.localizer.cache-bytes",
          "0",
          "crop.image.file-root",
          PICTURES.toString(),
          "crop.max-in-flight",
          Integer.toString(AT_ONCE),
          "crop.queue-capacity",
          Integer.toString(AT_ONCE));
    }
  }

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String bootstrapServers;

  @Inject InferenceEngine engine;
  @Inject MeterRegistry registry;

  private final List<Samples.Sample> samples = Samples.all();

  @Test
  void theServiceKeepsThePaceOfTheEngine() throws Exception {
    for (int round = 0; round < WARM_UP_ROUNDS; round++) {
      Pace file = servicePace("warm-file-" + round, ServiceThroughputSoakTest::byFile);
      Pace inside = servicePace("warm-inline-" + round, ServiceThroughputSoakTest::inline);
      System.err.printf("warming up: service %s by file, %s inline%n", file, inside);
    }
    List<Pace> bare = new ArrayList<>();
    List<Pace> byFile = new ArrayList<>();
    List<Pace> inline = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      bare.add(enginePace());
      byFile.add(servicePace("file-" + round, ServiceThroughputSoakTest::byFile));
      inline.add(servicePace("inline-" + round, ServiceThroughputSoakTest::inline));
      System.err.printf(
          "engine %s, service %s by file, %s inline%n",
          bare.get(round), byFile.get(round), inline.get(round));
    }
    double share = median(byFile, Pace::rate) / median(bare, Pace::rate);
    double idle = Math.max(median(byFile, Pace::idle), median(inline, Pace::idle));
    System.err.printf(
        "the service keeps %.3f of the engine's pace by file, %.3f inline, idle %.3f%n",
        share, median(inline, Pace::rate) / median(bare, Pace::rate), idle);
    assertThat(share).isGreaterThanOrEqualTo(LEAST);
    assertThat(idle).as("idle share under backlog").isLessThan(0.05);
  }

  /**
   * @param rate answers a second
   * @param idle share of the time in which the device had no question
   */
  private record Pace(double rate, double idle) {
    @Override
    public String toString() {
      return "%.1f/s (idle %.3f)".formatted(rate, idle);
    }
  }

  /** Begins when so many answers are there that all is under way, ends with the last one. */
  private final class PaceClock {
    private final int answered;
    private final long begun = System.nanoTime();
    private final long busy = busyNanos();

    private PaceClock(int answered) {
      this.answered = answered;
    }

    Pace stop() {
      double nanos = System.nanoTime() - begun;
      double rate = (QUESTIONS - answered) / (nanos / 1e9);
      return new Pace(rate, 1 - (busyNanos() - busy) / nanos);
    }

    private long busyNanos() {
      return engine.workers().get(0).busyNanos();
    }
  }

  private Pace enginePace() {
    Deque<CompletableFuture<Answer>> onTheirWay = new ArrayDeque<>();
    AtomicInteger answered = new AtomicInteger();
    PaceClock clock = null;
    for (int i = 0; i < QUESTIONS; i++) {
      if (onTheirWay.size() == AT_ONCE) {
        onTheirWay.remove().join();
      }
      if (clock == null && answered.get() >= UNDER_WAY) {
        clock = new PaceClock(answered.get());
      }
      CompletionStage<Answer> answer = engine.submit(request(i));
      onTheirWay.add(
          answer.whenComplete((any, failure) -> answered.incrementAndGet()).toCompletableFuture());
    }
    onTheirWay.forEach(CompletableFuture::join);
    return clock.stop();
  }

  private InferenceRequest request(int number) {
    Samples.Sample sample = samples.get(number % samples.size());
    ImageRef nowhere = new ImageRef.Inline(new byte[0], Optional.empty());
    return new InferenceRequest(
        new ImageQuestion("q-" + number, nowhere, sample.question(), QuestionOptions.DEFAULTS),
        sample.image(),
        new StageClock());
  }

  private Pace servicePace(String run, Function<Path, String> image) throws InterruptedException {
    long before = settled();
    try (Conversation conversation = new Conversation(bootstrapServers)) {
      for (int i = 0; i < QUESTIONS; i++) {
        Samples.Sample sample = samples.get(i % samples.size());
        String scene = sample.id().substring(0, "scene-00".length());
        String event =
            "{\"id\":\"%s-%d\",\"image\":%s,\"question\":\"%s\"}"
                .formatted(
                    run, i, image.apply(PICTURES.resolve(scene + ".png")), sample.question());
        conversation.send("key-" + i, event, Map.of());
      }
      PaceClock clock = new PaceClock(awaitSettled(before, UNDER_WAY));
      awaitSettled(before, QUESTIONS);
      Pace pace = clock.stop();
      assertThat(conversation.answers(QUESTIONS, answer -> true))
          .extracting(answer -> Conversation.header(answer, "ce_subject"))
          .hasSize(QUESTIONS)
          .doesNotHaveDuplicates()
          .allMatch(id -> id.startsWith(run));
      return pace;
    }
  }

  /**
   * Questions are counted where the broker has confirmed their answers: to read all the time
   * whether there are more would have the broker work for us, on the cores whose pace is measured.
   *
   * @return how many there are by then
   */
  private int awaitSettled(long before, int least) throws InterruptedException {
    long end = System.nanoTime() + Duration.ofMinutes(3).toNanos();
    while (settled() - before < least && System.nanoTime() < end) {
      Thread.sleep(5);
    }
    int settled = (int) (settled() - before);
    assertThat(settled).isGreaterThanOrEqualTo(least);
    return settled;
  }

  private long settled() {
    return registry.find(MeterNames.RECORD_AGE).timers().stream().mapToLong(Timer::count).sum();
  }

  private static String byFile(Path picture) {
    return "{\"uri\":\"%s\"}".formatted(picture.toUri());
  }

  private static String inline(Path picture) {
    try {
      byte[] bytes = Files.readAllBytes(picture);
      return "{\"data\":\"%s\"}".formatted(Base64.getEncoder().encodeToString(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static double median(List<Pace> paces, ToDoubleFunction<Pace> figure) {
    return paces.stream()
        .mapToDouble(figure)
        .sorted()
        .skip(paces.size() / 2)
        .findFirst()
        .orElseThrow();
  }
}
