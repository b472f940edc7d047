package io.cropvqa.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.cropvqa.model.layers.Positions;
import io.cropvqa.model.layers.RotaryEmbedding;
import org.junit.jupiter.api.Test;

class AttentionBiasTest {
  private static final int FAR = 1_000_003;

  private final AttentionBias bias =
      new AttentionBias(new RotaryEmbedding(new RopeParameters(10_000).frequencies(128)));

  /** Rows: text, a visual token of 4 and one of 1, text; then a generated token. */
  private static final PromptRows KEYS =
      new PromptRows(
          Positions.of(0, 1, 7, FAR), new int[] {-1, 0, 6, -1}, new int[] {1, 4, 1, 1}, FAR + 1);

  @Test
  void onlyVisualKeysGainAndOnlyWhatIsSeen() {
    float[] all = bias.of(KEYS, 5, Positions.of(7, FAR, FAR + 1), new int[] {2, 3, 4});
    assertThat(all).hasSize(15);
    for (int text : new int[] {0, 5, 8, 10, 13, 14}) {
      assertThat(all[text]).as("%d", text).isZero();
    }
    for (int later : new int[] {3, 4, 9}) {
      assertThat(all[later]).as("%d", later).isEqualTo(Float.NEGATIVE_INFINITY);
    }
    assertThat(all[2]).as("alone and at the query's place").isZero();
    assertThat((double) all[1])
        .as("made of four, six places away")
        .isCloseTo(
            Math.log(
                4
                    * (2
                        - new RotaryEmbedding(new RopeParameters(10_000).frequencies(128))
                            .response(0, 6))),
            within(1e-6));
  }

  /** Far away the response is about 0, so that c = 2 is all there is. */
  @Test
  void farTokensGainTheCeiling() {
    float[] all = bias.of(KEYS, 5, Positions.of(FAR + 1), new int[] {4});
    assertThat((double) all[1]).isCloseTo(Math.log(8), within(0.15));
    assertThat((double) all[2]).isCloseTo(Math.log(2), within(0.15));
  }
}
