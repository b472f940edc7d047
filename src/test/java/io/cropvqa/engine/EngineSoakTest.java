package io.cropvqa.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.cropvqa.Samples;
import io.cropvqa.domain.Answer;
import io.cropvqa.domain.ImageQuestion;
import io.cropvqa.domain.ImageRef;
import io.cropvqa.domain.ModelIdentity;
import io.cropvqa.domain.QuestionOptions;
import io.cropvqa.domain.RequestListener;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.domain.StageClock;
import io.cropvqa.localization.AttentionLocalizer;
import io.cropvqa.localization.Localization;
import io.cropvqa.model.Checkpoints;
import io.cropvqa.model.Sampler;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.pruning.PruningSettings;
import io.cropvqa.tensor.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Twenty thousand questions through one worker, eight on their way at any time. */
class EngineSoakTest {
  private static final int QUESTIONS = Integer.getInteger("soak.questions", 20_000);
  private static final int AT_ONCE = 8;
  private static final int EVERY = QUESTIONS / 40;
  private static final long FEATURE_BYTES = 20L * 256 * 128 * Float.BYTES; // 20 pictures
  private static final ModelIdentity IDENTITY = new ModelIdentity("crop-scenes-2m", "r1", "cpu");
  private static final Path STATUS = Path.of("/proc/self/status");

  private record Asked(String way, CompletionStage<Answer> answer) {}

  private final List<Samples.Sample> samples = Samples.all();
  private final List<String> methods = Samples.methods().stream().sorted().toList();
  private VisionLanguageModel model;

  private Answerer load() {
    model = Checkpoints.open(Samples.MODEL, Torch.open(Device.cpu()));
    return new Answerer(
        model,
        new Localization(
            Optional.of(new AttentionLocalizer(Samples.MODEL, model, OptionalDouble.empty())),
            new Localization.Settings(0.05, 1 << 20)),
        new FeatureCache(model, FEATURE_BYTES, RequestListener.NONE),
        new EngineSettings(
            "crop",
            OptionalInt.empty(),
            0.25,
            8,
            1L << 30,
            Sampler.Settings.GREEDY,
            PruningSettings.DEFAULTS),
        IDENTITY);
  }

  /** A third of the pictures were never seen, so they are encoded and others evicted. */
  private InferenceRequest request(int number) {
    Samples.Sample sample = samples.get(number % samples.size());
    QuestionOptions options =
        new QuestionOptions(
            Optional.of(methods.get(number / 7 % methods.size())),
            OptionalInt.of(13 + 10 * (number / 11 % 12)),
            OptionalInt.empty(),
            Optional.empty(),
            Optional.empty(),
            0);
    RgbImage known = sample.image();
    String digest = number % 3 == 0 ? "fresh-" + number : known.digest();
    return new InferenceRequest(
        new ImageQuestion(
            "q-" + number,
            new ImageRef.Inline(new byte[0], Optional.empty()),
            sample.question(),
            options),
        new RgbImage(known.width(), known.height(), known.rgb(), digest),
        new StageClock());
  }

  private String way(int number) {
    return number % samples.size() + " " + number / 7 % methods.size() + " " + number / 11 % 12;
  }

  @Test
  void memoryStaysFlatAndTheDeviceBusy() throws Exception {
    Assumptions.assumeTrue(Files.exists(STATUS), "resident memory is read from " + STATUS);
    Map<String, List<Integer>> tokensByWay = new HashMap<>();
    List<Long> resident = new ArrayList<>();
    try (AnsweringPool pool =
        new AnsweringPool(
            IDENTITY,
            List.of("cpu"),
            device -> load(),
            new EngineLimits(AT_ONCE, AT_ONCE, 4096, 1),
            RequestListener.NONE)) {
      pool.loaded().toCompletableFuture().get(1, TimeUnit.MINUTES);
      int arrays = arrays();
      long weights = model.weightBytes();
      Deque<Asked> onTheirWay = new ArrayDeque<>();
      long begun = System.nanoTime();
      for (int number = 0; number < QUESTIONS; number++) {
        if (onTheirWay.size() == AT_ONCE) {
          settle(onTheirWay.remove(), tokensByWay);
        }
        onTheirWay.add(new Asked(way(number), pool.submit(request(number))));
        if (number % EVERY == EVERY - 1) {
          resident.add(residentKib());
          double rate = (number + 1) / ((System.nanoTime() - begun) / 1e9);
          System.err.printf(
              "%d questions, %.1f a second, %d MiB resident%n",
              number + 1, rate, resident.get(resident.size() - 1) / 1024);
        }
      }
      for (Asked asked : onTheirWay) {
        settle(asked, tokensByWay);
      }
      double wall = System.nanoTime() - begun;
      double idle = 1 - pool.workers().get(0).busyNanos() / wall;
      System.err.printf("device idle %.2f %% of the time%n", 100 * idle);

      assertThat(idle).as("idle share under backlog").isLessThan(0.05);
      assertThat(arrays()).as("arrays").isLessThanOrEqualTo(arrays + 20);
      assertThat(pool.workers().get(0).kvCacheBytes()).isZero();
      assertThat(pool.workers().get(0).memoryUsedBytes())
          .isBetween(weights, weights + FEATURE_BYTES);
    }
    double half = mean(resident.subList(20, 24));
    double end = mean(resident.subList(36, 40));
    System.err.printf("resident memory %+.2f %% over the last half%n", 100 * (end / half - 1));
    assertThat(end / half).as("growth over the last half").isLessThan(1.02);
  }

  /** Whatever ran beside it, the same question gets the same answer. */
  private static void settle(Asked asked, Map<String, List<Integer>> tokensByWay) throws Exception {
    Answer answer = asked.answer().toCompletableFuture().get(1, TimeUnit.MINUTES);
    List<Integer> first = tokensByWay.putIfAbsent(asked.way(), answer.tokenIds());
    if (first != null) {
      assertThat(answer.tokenIds()).as(asked.way()).isEqualTo(first);
    }
  }

  private int arrays() {
    try (NDManager scope = model.newScope()) {
      return scope.getParentManager().getManagedArrays().size();
    }
  }

  private static long residentKib() throws IOException {
    return Files.readAllLines(STATUS).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }

  private static double mean(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).average().orElseThrow();
  }
}
