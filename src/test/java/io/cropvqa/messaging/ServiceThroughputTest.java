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
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
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
  private static final int ROUNDS = 5;
  private static final int QUESTIONS = 144;
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
    List<Double> bare = new ArrayList<>();
    List<Double> byFile = new ArrayList<>();
    List<Double> inline = new ArrayList<>();
    long busyNanos = 0;
    long wallNanos = 0;
    for (int round = 0; round <= ROUNDS; round++) {
      double engineRate = engineRate();
      long busyBefore = engine.workers().get(0).busyNanos();
      long begun = System.nanoTime();
      double fileRate = serviceRate("file-" + round, ServiceThroughputTest::byFile);
      double inlineRate = serviceRate("inline-" + round, ServiceThroughputTest::inline);
      if (round > 0) { // the first warms up
        bare.add(engineRate);
        byFile.add(fileRate);
        inline.add(inlineRate);
        busyNanos += engine.workers().get(0).busyNanos() - busyBefore;
        wallNanos += System.nanoTime() - begun;
      }
      System.err.printf(
          "questions a second: engine %.1f, service %.1f by file, %.1f with pictures inside%n",
          engineRate, fileRate, inlineRate);
    }
    double share = median(byFile) / median(bare);
    double idle = 1 - (double) busyNanos / wallNanos;
    System.err.printf(
        "the service keeps %.3f of the engine's pace by file, %.3f inline, idle %.3f%n",
        share, median(inline) / median(bare), idle);
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

  private double serviceRate(String run, Function<Path, String> image) {
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

  private static double rate(long begun) {
    return QUESTIONS / ((System.nanoTime() - begun) / 1e9);
  }

  private static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }
}
