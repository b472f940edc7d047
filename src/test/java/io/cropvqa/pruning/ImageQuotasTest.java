package io.cropvqa.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cropvqa.domain.UnusableInputException;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ImageQuotasTest {

  @Test
  void sharesAreInProportion() {
    assertThat(quotas(30, 256, 64, 4)).containsExactly(23, 6, 1);
    assertThat(quotas(10, 20, 20)).containsExactly(5, 5);
    assertThat(quotas(5, 20, 20)).containsExactly(3, 2);
  }

  @Test
  void onlyImageHasAll() {
    assertThat(quotas(7, 20)).containsExactly(7);
  }

  @Test
  void budgetForAllIsForEach() {
    assertThat(quotas(24, 20, 4)).containsExactly(20, 4);
    assertThat(quotas(100, 20, 4)).containsExactly(20, 4);
  }

  /** Three of the four have more than their shares. */
  @Test
  void smallestImagesTakeFromTheLargest() {
    assertThat(quotas(4, 500, 1, 1, 1)).containsExactly(1, 1, 1, 1);
    assertThat(quotas(10, 500, 1, 1, 1)).containsExactly(7, 1, 1, 1);
  }

  @Test
  void everyImageHasOneAndNoneMoreThanItsTokens() {
    Random random = new Random(1);
    for (int round = 0; round < 2_000; round++) {
      int[] tokens = random.ints(1 + random.nextInt(5), 1, 40).toArray();
      int all = IntStream.of(tokens).sum();
      int budget = tokens.length + random.nextInt(all);
      int[] quotas = quotas(budget, tokens);
      assertThat(IntStream.of(quotas).sum()).isEqualTo(Math.min(budget, all));
      for (int i = 0; i < tokens.length; i++) {
        assertThat(quotas[i]).isBetween(1, tokens[i]);
      }
    }
  }

  @Test
  void everyImageNeedsAToken() {
    assertThatThrownBy(() -> quotas(2, 5, 5, 5))
        .isInstanceOf(UnusableInputException.class)
        .hasMessage(
            "options.visualTokens is 2 for 3 images, each of which needs at least one: raise it to"
                + " 3");
  }

  private static int[] quotas(int budget, int... tokens) {
    List<VisualLayout> images =
        IntStream.of(tokens).mapToObj(count -> VisualLayout.of(Tokens.grid(1, count))).toList();
    return ImageQuotas.of(images, budget);
  }
}
