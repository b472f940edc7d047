package io.cropvqa.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.cropvqa.Samples;
import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.ImageQuestion;
import io.cropvqa.domain.ImageRef;
import io.cropvqa.domain.ModelIdentity;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.QuestionOptions;
import io.cropvqa.domain.StageClock;
import io.cropvqa.localization.Localization;
import io.cropvqa.model.Checkpoints;
import io.cropvqa.model.Sampler;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.pruning.PruningSettings;
import io.cropvqa.tensor.Torch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model whose directory holds no weights of {@code plc}, asked for {@code plc}. */
class UntrainedCompressionTest {
  private static final ModelIdentity IDENTITY = new ModelIdentity("untrained", "r1", "cpu");

  @TempDir Path directory;
  private VisionLanguageModel model;
  private Localization localization;

  @BeforeEach
  void load() throws Exception {
    try (Stream<Path> files = Files.list(Samples.MODEL)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, directory.resolve(file.getFileName()));
      }
    }
    model = Checkpoints.open(directory, Torch.open(Device.cpu()));
    localization = new Localization(Optional.empty(), new Localization.Settings(0.05, 1 << 20));
  }

  @AfterEach
  void close() {
    localization.close();
    model.close();
  }

  @Test
  void questionThatAsksForItIsRefused() {
    Samples.Sample sample = Samples.all().get(0);
    QuestionOptions plc =
        new QuestionOptions(
            Optional.of("plc"),
            OptionalInt.of(40),
            OptionalInt.of(1),
            Optional.empty(),
            Optional.empty(),
            0);
    ImageRef image = new ImageRef.Inline(new byte[0], Optional.empty());
    InferenceRequest request =
        new InferenceRequest(
            new ImageQuestion("q-1", image, sample.question(), plc),
            sample.image(),
            new StageClock());

    assertThatThrownBy(() -> answerer("crop").answer(request))
        .isInstanceOfSatisfying(
            QuestionFailure.class,
            failure -> assertThat(failure.code()).isEqualTo(FailureCode.INVALID_OPTION))
        .hasMessageContaining(
            "options.pruning \"plc\" needs trained weights, and the model's directory has no plc/"
                + " folder: make one with train --plc");
  }

  /** Before a question comes in, where it is the settings that ask for it. */
  @Test
  void settingsThatAskForItFailTheProbe() {
    assertThatThrownBy(() -> answerer("plc").probe())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("pruning \"plc\" needs trained weights");
  }

  private Answerer answerer(String pruning) {
    return new Answerer(
        model,
        localization,
        new EngineSettings(
            pruning,
            OptionalInt.empty(),
            0.25,
            8,
            1L << 30,
            Sampler.Settings.GREEDY,
            PruningSettings.DEFAULTS),
        IDENTITY);
  }
}
