package io.cropvqa.engine.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cropvqa.domain.PruningPlan;
import io.cropvqa.model.LanguageModelConfig;
import io.cropvqa.model.RopeParameters;
import io.cropvqa.model.layers.Activation;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrialDecoderTest {
  private static final int TEXT = 20;

  private final Decoders decoders = new Decoders("cpu");
  private final DecoderShape shape = DecoderShape.named("tiny");
  private final LanguageModelConfig config = shape.config();
  private final TrialDecoder decoder = decoders.ofShape(shape);

  @AfterEach
  void close() {
    decoder.close();
  }

  @Test
  void withoutPruningEveryLayerSeesTextAndPicture() {
    TrialRun run = decoder.picture(new PruningPlan("none", 256), TEXT, 3);

    assertThat(run.tokensPerLayer()).hasSize(8).containsOnly(256 + TEXT);
    assertThat(run.visualTokensPerLayer()).containsOnly(256);
    assertThat(run.prefillFlops())
        .isEqualTo(run.prefillFlopsFull())
        .isEqualTo(8 * config.prefillFlops(256 + TEXT));
    assertThat(run.headFlops()).isEqualTo(2L * 128 * 146);
    assertThat(run.kvCacheBytes()).isEqualTo(config.kvCacheBytes(256 + TEXT));
    assertThat(run.decodedTokens()).isEqualTo(3);
  }

  @Test
  void decodingReadsAllWeightsAndWhatTheCacheHoldsOnAverage() {
    TrialRun run = decoder.picture(new PruningPlan("none", 256), TEXT, 4);

    long layer = 4 * (4 * 128 * 128 + 3 * 128 * 320);
    long weights = 8 * layer + 4 * 128 * 146;
    long keysAndValues = config.kvCacheBytes(256 + TEXT + 2);
    assertThat(run.bytesPerToken()).isEqualTo(weights + keysAndValues);
  }

  @ParameterizedTest
  @ValueSource(strings = {"crop", "plc-pool", "ilp", "fastv", "sparsevlm", "divprune", "random"})
  void prunedPromptsKeepTheirBudget(String method) {
    TrialRun run = decoder.picture(new PruningPlan(method, 28), TEXT, 1);

    assertThat(run.visualTokensPerLayer())
        .satisfies(
            tokens ->
                assertThat(tokens.stream().mapToInt(i -> i).average().orElseThrow())
                    .isBetween(20.0, 28.0));
    for (int layer = 0; layer < 8; layer++) {
      assertThat(run.tokensPerLayer().get(layer) - run.visualTokensPerLayer().get(layer))
          .isEqualTo(TEXT);
    }
    assertThat(run.prefillFlopsFull()).isEqualTo(8 * config.prefillFlops(256 + TEXT));
    assertThat(run.prefillFlops()).isLessThan(run.prefillFlopsFull() / 3);
  }

  @Test
  void textAloneHasNoPicture() {
    TrialRun run = decoder.text(50, 2);

    assertThat(run.tokensPerLayer()).containsOnly(50);
    assertThat(run.visualTokensPerLayer()).containsOnly(0);
    assertThat(run.prefillFlops()).isEqualTo(8 * config.prefillFlops(50));
  }

  @Test
  void positionsOnThreeAxesAndTilesRunToo() {
    LanguageModelConfig mrope =
        new LanguageModelConfig(
            32,
            64,
            2,
            2,
            1,
            16,
            99,
            4096,
            1e-6,
            new RopeParameters(1e4, new RopeParameters.Unscaled(), List.of(2, 3, 3)),
            true,
            false,
            false,
            Activation.SILU,
            true);
    DecoderShape tiled =
        new DecoderShape("tiled", mrope, DecoderShape.named("smolvlm-2.2b").layout());
    try (TrialDecoder small = decoders.ofShape(tiled)) {
      assertThat(small.visualTokens()).isEqualTo(17 * 81);
      assertThat(small.picture(new PruningPlan("plc-diverse", 9), 5, 1).tokensPerLayer())
          .containsExactly(14, 14);
    }
  }

  @Test
  void aCheckpointsDecoderTakesText() {
    Path bundled = Path.of("src/main/resources/models/crop-scenes-2m");
    try (TrialDecoder checkpoint = decoders.ofCheckpoint(bundled)) {
      assertThat(checkpoint.text(30, 1).tokensPerLayer()).hasSize(8).containsOnly(30);
      assertThat(checkpoint.weightSets()).isEqualTo(checkpoint.layers());
    }
  }

  @Test
  void trainedPruningNeedsACheckpoint() {
    assertThatThrownBy(() -> decoder.picture(new PruningPlan("plc", 28), TEXT, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"plc\" needs trained weights");
  }
}
