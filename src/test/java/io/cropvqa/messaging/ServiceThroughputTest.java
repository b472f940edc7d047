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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How much of the bare engine's pace the whole service keeps under a backlog, broker and publisher
 * in the same process. Nothing is remembered of pictures and regions but their decoded pixels.
 */
@Tag("soak")
@QuarkusTest
@TestProfile(ServiceThroughputTest.ForgettingEngine.class)
@WithTestResource(value = BrokerResource.class, scope = TestResourceScope.GLOBAL)
class ServiceThroughputTest {
  private static final int ROUNDS = 6;
  private static final int QUESTIONS = 288;
  private static final int AT_ONCE = 16; // crop.max-in-flight
  private static final double LEAST = 0.95;

  /** Every question costs the engine all that a question costs. */
  public static class ForgettingEngine implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "crop.image.feature-cache-bytes",
          "0",
          "crop.localizer.cache-bytes",
          "0",
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
    List<Double> bare = new ArrayList<>();
    List<Double> service = new ArrayList<>();
    long busyNanos = 0;
    long wallNanos = 0;
    for (int round = 0; round < ROUNDS; round++) {
      double engineRate = engineRate();
      long busyBefore = engine.workers().get(0).busyNanos();
      long begun = System.nanoTime();
      double serviceRate = serviceRate(round);
      if (round > 0) { // the first warms up
        bare.add(engineRate);
        service.add(serviceRate);
        busyNanos += engine.workers().get(0).busyNanos() - busyBefore;
        wallNanos += System.nanoTime() - begun;
      }
      System.err.printf("engine %.1f, service %.1f questions a second%n", engineRate, serviceRate);
    }
    double share = median(service) / median(bare);
    double idle = 1 - (double) busyNanos / wallNanos;
    System.err.printf("the service keeps %.3f of the engine's pace, idle %.3f%n", share, idle);
    assertThat(share).isGreaterThanOrEqualTo(LEAST);
    assertThat(idle).as("idle share under backlog").isLessThan(0.05);
  }

  private double engineRate() {
    Deque<CompletionStage<Answer>> onTheirWay = new ArrayDeque<>();
    long begun = System.nanoTime();
    for (int i = 0; i < QUESTIONS; i++) {
      if (onTheirWay.size() == AT_ONCE) {
        onTheirWay.remove().toCompletableFuture().join();
      }
      onTheirWay.add(engine.submit(request(i)));
    }
    onTheirWay.forEach(answer -> answer.toCompletableFuture().join());
    return rate(begun);
  }

  private InferenceRequest request(int number) {
    Samples.Sample sample = samples.get(number % samples.size());
    ImageRef nowhere = new ImageRef.Inline(new byte[0], Optional.empty());
    return new InferenceRequest(
        new ImageQuestion("q-" + number, nowhere, sample.question(), QuestionOptions.DEFAULTS),
        sample.image(),
        new StageClock());
  }

  private double serviceRate(int round) throws IOException {
    List<String> events = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < QUESTIONS; i++) {
      String id = "pace-%d-%d".formatted(round, i);
      ids.add(id);
      events.add(event(id, samples.get(i % samples.size())));
    }
    try (Conversation conversation = new Conversation(bootstrapServers)) {
      long begun = System.nanoTime();
      for (int i = 0; i < QUESTIONS; i++) {
        conversation.ask("key-" + i, events.get(i));
      }
      conversation.awaitOutcomes(ids, Duration.ofMinutes(3));
      double rate = rate(begun);
      assertThat(conversation.answers()).hasSize(QUESTIONS);
      return rate;
    }
  }

  private static String event(String id, Samples.Sample sample) throws IOException {
    String scene = sample.id().substring(0, "scene-00".length());
    byte[] picture = Files.readAllBytes(Path.of("kafka/samples", scene + ".png"));
    return "{\"id\":\"%s\",\"image\":{\"data\":\"%s\"},\"question\":\"%s\"}"
        .formatted(id, Base64.getEncoder().encodeToString(picture), sample.question());
  }

  private static double rate(long begun) {
    return QUESTIONS / ((System.nanoTime() - begun) / 1e9);
  }

  private static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }
}
