package io.cropvqa.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import io.cropvqa.domain.Stage;
import io.cropvqa.domain.StageClock;
import io.cropvqa.localization.Localization;
import io.cropvqa.localization.SimilarityLocalizer;
import io.cropvqa.model.Checkpoints;
import io.cropvqa.model.Sampler;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.pruning.PruningSettings;
import io.cropvqa.tensor.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Remembered visual tokens of the bundled model. */
class FeatureCacheTest {
  private static final List<Samples.Sample> SAMPLES = Samples.all();
  private static final long PICTURE = 256 * 128L * Float.BYTES;

  private final List<Boolean> lookUps = new ArrayList<>();
  private VisionLanguageModel model;

  @BeforeEach
  void load() {
    model = Checkpoints.open(Samples.MODEL, Torch.open(Device.cpu()));
  }

  @AfterEach
  void close() {
    model.close();
  }

  private FeatureCache cache(long maxBytes) {
    return new FeatureCache(
        model,
        maxBytes,
        new RequestListener() {
          @Override
          public void featureCache(boolean hit) {
            lookUps.add(hit);
          }
        });
  }

  private static RgbImage picture(int number) {
    return SAMPLES.stream().map(Samples.Sample::image).distinct().skip(number).findFirst().get();
  }

  private float[] read(FeatureCache cache, RgbImage picture, StageClock clock) {
    try (NDManager scope = model.newScope()) {
      return cache.of(picture, scope, clock).embeddings().toFloatArray();
    }
  }

  private float[] read(FeatureCache cache, RgbImage picture) {
    return read(cache, picture, new StageClock());
  }

  /** Native arrays that the model and every scope below it hold. */
  private int arrays() {
    try (NDManager scope = model.newScope()) {
      return scope.getParentManager().getManagedArrays().size();
    }
  }

  @Test
  void aPictureIsEncodedOnceAndItsTimeRemembered() {
    try (FeatureCache cache = cache(10 * PICTURE)) {
      StageClock first = new StageClock();
      StageClock second = new StageClock();
      float[] made = read(cache, picture(0), first);

      assertThat(read(cache, picture(0), second)).isEqualTo(made);
      assertThat(read(cache, picture(1))).isNotEqualTo(made);
      assertThat(lookUps).containsExactly(false, true, false);
      assertThat(first.stop().spared()).isEmpty();
      assertThat(second.stop().sparedOf(Stage.ENCODE)).isPositive();
    }
  }

  @Test
  void thePictureNotAskedAboutForLongestGoesAndItsMemoryWithIt() {
    int without = arrays();
    try (FeatureCache cache = cache(2 * PICTURE)) {
      read(cache, picture(0));
      read(cache, picture(1));
      read(cache, picture(0));
      assertThat(cache.bytes()).isEqualTo(2 * PICTURE);
      assertThat(arrays()).isEqualTo(without + 2);

      read(cache, picture(2));
      assertThat(cache.bytes()).isEqualTo(2 * PICTURE);
      assertThat(arrays()).isEqualTo(without + 2);

      read(cache, picture(0));
      read(cache, picture(1));
      assertThat(lookUps).containsExactly(false, false, true, false, true, false);
    }
    assertThat(arrays()).isEqualTo(without);
  }

  @Test
  void aPictureLargerThanTheBoundIsForgottenAtOnce() {
    int without = arrays();
    try (FeatureCache cache = cache(PICTURE - 1)) {
      float[] made = read(cache, picture(0));
      assertThat(cache.bytes()).isZero();
      assertThat(arrays()).isEqualTo(without);
      assertThat(read(cache, picture(0))).isEqualTo(made);
      assertThat(lookUps).containsExactly(false, false);
    }
  }

  @Test
  void withoutBytesNothingIsLookedUp() {
    FeatureCache none = FeatureCache.none(model);
    read(none, picture(0));
    assertThat(none.bytes()).isZero();
    assertThatThrownBy(() -> cache(-1)).hasMessageContaining("crop.image.feature-cache-bytes");
  }

  /** Whatever was asked before, an answer is the one that a fresh picture gets. */
  @Test
  void everyMethodAnswersAsOnAFreshPictureAndLeavesThePictureAsItWas() {
    FeatureCache cache = cache(10 * PICTURE);
    Answerer fresh = answerer(FeatureCache.none(model));
    Answerer remembering = answerer(cache);
    float[] before = read(cache, SAMPLES.get(0).image());
    int held = arrays();
    for (String method : Samples.methods()) {
      for (int budget : new int[] {64, 13}) {
        Answer expected = fresh.answer(request(method, budget));
        Answer answer = remembering.answer(request(method, budget));
        assertThat(answer.tokenIds()).as("%s@%d", method, budget).isEqualTo(expected.tokenIds());
        assertThat(answer.pruning()).isEqualTo(expected.pruning());
        assertThat(answer.region()).isEqualTo(expected.region());
        assertThat(answer.timings().spared()).containsKey(Stage.ENCODE);
      }
    }
    assertThat(read(cache, SAMPLES.get(0).image())).isEqualTo(before);
    assertThat(arrays()).isEqualTo(held);
    assertThat(remembering.memoryUsedBytes()).isEqualTo(model.weightBytes() + PICTURE);
    cache.close();
  }

  private Answerer answerer(FeatureCache features) {
    return new Answerer(
        model,
        new Localization(
            Optional.of(new SimilarityLocalizer(model, SimilarityLocalizer.Settings.DEFAULTS)),
            new Localization.Settings(0.05, 0)),
        features,
        new EngineSettings(
            "crop",
            OptionalInt.empty(),
            1,
            8,
            1L << 30,
            Sampler.Settings.GREEDY,
            PruningSettings.DEFAULTS),
        new ModelIdentity("crop-scenes-2m", "r1", "cpu"));
  }

  private static InferenceRequest request(String method, int budget) {
    QuestionOptions options =
        new QuestionOptions(
            Optional.of(method),
            OptionalInt.of(budget),
            OptionalInt.empty(),
            Optional.empty(),
            Optional.empty(),
            0);
    ImageRef nowhere = new ImageRef.Inline(new byte[0], Optional.empty());
    Samples.Sample sample = SAMPLES.get(0);
    return new InferenceRequest(
        new ImageQuestion("q", nowhere, sample.question(), options),
        sample.image(),
        new StageClock());
  }
}
