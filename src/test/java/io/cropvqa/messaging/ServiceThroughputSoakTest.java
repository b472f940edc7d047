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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
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
  private static final int ROUNDS = 5;
  private static final int QUESTIONS = 576;
  private static final int AT_ONCE = 16; // crop.max-in-flight
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

  private final List<Samples.Sample> samples = Samples.all();

  @Test
  void theServiceKeepsThePaceOfTheEngine() throws Exception {
    List<Pace> bare = new ArrayList<>();
    List<Pace> byFile = new ArrayList<>();
    List<Pace> inline = new ArrayList<>();
    for (int round = 0; round <= ROUNDS; round++) {
      Pace engine = enginePace();
      Pace file = servicePace("file-" + round, ServiceThroughputSoakTest::byFile);
      Pace inside = servicePace("inline-" + round, ServiceThroughputSoakTest::inline);
      if (round > 0) { // the first warms up
        bare.add(engine);
        byFile.add(file);
        inline.add(inside);
      }
      System.err.printf("engine %s, service %s by file, %s inline%n", engine, file, inside);
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

  private final class PaceClock {
    private final long begun = System.nanoTime();
    private final long busy = busyNanos();

    Pace stop() {
      double nanos = System.nanoTime() - begun;
      return new Pace(QUESTIONS / (nanos / 1e9), 1 - (busyNanos() - busy) / nanos);
    }

    private long busyNanos() {
      return engine.workers().get(0).busyNanos();
    }
  }

  private Pace enginePace() {
    Deque<CompletionStage<Answer>> onTheirWay = new ArrayDeque<>();
    PaceClock clock = new PaceClock();
    for (int i = 0; i < QUESTIONS; i++) {
      if (onTheirWay.size() == AT_ONCE) {
        onTheirWay.remove().toCompletableFuture().join();
      }
      onTheirWay.add(engine.submit(request(i)));
    }
    onTheirWay.forEach(answer -> answer.toCompletableFuture().join());
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

  private Pace servicePace(String run, Function<Path, String> image) {
    List<String> events = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < QUESTIONS; i++) {
      Samples.Sample sample = samples.get(i % samples.size());
      String scene = sample.id().substring(0, "scene-00".length());
      ids.add(run + "-" + i);
      events.add(
          "{\"id\":\"%s-%d\",\"image\":%s,\"question\":\"%s\"}"
              .formatted(run, i, image.apply(PICTURES.resolve(scene + ".png")), sample.question()));
    }
    try (Conversation conversation = new Conversation(bootstrapServers)) {
      PaceClock clock = new PaceClock();
      for (int i = 0; i < QUESTIONS; i++) {
        conversation.send("key-" + i, events.get(i), Map.of());
      }
      conversation.awaitOutcomes(ids, Duration.ofMinutes(3));
      Pace pace = clock.stop();
      assertThat(conversation.answers()).hasSize(QUESTIONS);
      return pace;
    }
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
