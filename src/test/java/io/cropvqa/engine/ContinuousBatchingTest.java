package io.cropvqa.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.cropvqa.Samples;
import io.cropvqa.domain.Answer;
import io.cropvqa.domain.ImageQuestion;
import io.cropvqa.domain.ImageRef;
import io.cropvqa.domain.ModelIdentity;
import io.cropvqa.domain.QuestionOptions;
import io.cropvqa.domain.RequestListener;
import io.cropvqa.domain.StageClock;
import io.cropvqa.localization.Localization;
import io.cropvqa.localization.SimilarityLocalizer;
import io.cropvqa.model.Checkpoints;
import io.cropvqa.model.Sampler;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.pruning.PruningSettings;
import io.cropvqa.tensor.Torch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whoever is in the decoder beside it, a question gets the answer that it gets alone. */
class ContinuousBatchingTest {
  private static final ModelIdentity IDENTITY = new ModelIdentity("crop-scenes-2m", "r1", "cpu");
  private static final int QUESTIONS = 48;

  private static VisionLanguageModel model;
  private static Answerer answerer;
  private static final List<InferenceRequest> requests = new ArrayList<>();
  private static final List<Answer> alone = new ArrayList<>();

  /** Answers of one to five tokens at most, by all methods at many budgets. */
  @BeforeAll
  static void askOneAfterAnother() {
    model = Checkpoints.open(Samples.MODEL, Torch.open(Device.cpu()));
    answerer = answerer(model);
    List<Samples.Sample> samples = Samples.all();
    List<String> methods = Samples.methods().stream().sorted().toList();
    for (int i = 0; i < QUESTIONS; i++) {
      Samples.Sample sample = samples.get(i % samples.size());
      requests.add(request(i, sample, methods.get(i % methods.size()), 20 + 7 * (i % 11)));
      alone.add(answerer.answer(requests.get(i)));
    }
  }

  private static Answerer answerer(VisionLanguageModel model) {
    return new Answerer(
        model,
        new Localization(
            Optional.of(new SimilarityLocalizer(model, SimilarityLocalizer.Settings.DEFAULTS)),
            new Localization.Settings(0.05, 1 << 20)),
        new FeatureCache(model, 1L << 26, RequestListener.NONE),
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

  private static InferenceRequest request(
      int number, Samples.Sample sample, String method, int budget) {
    QuestionOptions options =
        new QuestionOptions(
            Optional.of(method),
            OptionalInt.of(budget),
            OptionalInt.of(1 + number % 5),
            Optional.empty(),
            Optional.empty(),
            0);
    ImageRef nowhere = new ImageRef.Inline(new byte[0], Optional.empty());
    return new InferenceRequest(
        new ImageQuestion("q-" + number, nowhere, sample.question(), options),
        sample.image(),
        new StageClock());
  }

  @AfterAll
  static void close() {
    answerer.close();
  }

  private static void assertSame(Answer answer, Answer expected) {
    assertThat(answer.tokenIds()).as(expected.id()).isEqualTo(expected.tokenIds());
    assertThat(answer.text()).isEqualTo(expected.text());
    assertThat(answer.finishReason()).isEqualTo(expected.finishReason());
    assertThat(answer.pruning()).as(expected.id()).isEqualTo(expected.pruning());
    assertThat(answer.region()).isEqualTo(expected.region());
    assertThat(answer.usage()).isEqualTo(expected.usage());
  }

  /** Three schedules drawn at random: who joins when, and so who shares a step with whom. */
  @Test
  void whateverJoinsWhenAnswersAreThoseOfSingleRuns() {
    for (int seed = 0; seed < 3; seed++) {
      Random random = new Random(seed);
      List<InferenceRequest> left = new ArrayList<>(requests);
      Map<Draft<Answer>, Integer> running = new LinkedHashMap<>();
      int together = 0;
      int next = 0;
      while (next < left.size() || !running.isEmpty()) {
        for (int joining = random.nextInt(4); joining > 0 && next < left.size(); joining--) {
          running.put(answerer.prepare(left.get(next)), next++);
        }
        if (running.isEmpty()) {
          continue;
        }
        together = Math.max(together, running.size());
        answerer.step(List.copyOf(running.keySet()));
        for (Map.Entry<Draft<Answer>, Integer> draft : Map.copyOf(running).entrySet()) {
          Optional<Answer> answer = draft.getKey().answer();
          if (answer.isPresent()) {
            assertSame(answer.get(), alone.get(draft.getValue()));
            draft.getKey().close();
            running.remove(draft.getKey());
          }
        }
      }
      assertThat(together).as("questions in one step").isGreaterThan(3);
    }
    assertThat(answerer.kvCacheBytes()).isZero();
  }

  /** The engine's own schedule, whatever that is today. */
  @Test
  void theEngineAnswersAsSingleRunsDo() throws Exception {
    Batches batches = new Batches();
    try (AnsweringPool pool =
        new AnsweringPool(
            IDENTITY,
            List.of("cpu"),
            device -> answerer(Checkpoints.open(Samples.MODEL, Torch.open(Device.cpu()))),
            new EngineLimits(QUESTIONS, 8, 4096, 2),
            batches)) {
      List<CompletionStage<Answer>> answers = requests.stream().map(pool::submit).toList();
      for (int i = 0; i < QUESTIONS; i++) {
        assertSame(answers.get(i).toCompletableFuture().get(2, TimeUnit.MINUTES), alone.get(i));
      }
    }
    assertThat(batches.largest()).as("questions in one step").isBetween(2, 8);
  }

  private static final class Batches implements RequestListener {
    private final Map<Integer, Integer> sizes = new HashMap<>();

    @Override
    public synchronized void batch(int questions) {
      sizes.merge(questions, 1, Integer::sum);
    }

    synchronized int largest() {
      return sizes.keySet().stream().mapToInt(Integer::intValue).max().orElse(0);
    }
  }
}
