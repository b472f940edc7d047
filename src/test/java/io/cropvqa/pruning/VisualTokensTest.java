package io.cropvqa.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.tensor.Torch;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class VisualTokensTest {
  private NDManager scope;

  @BeforeEach
  void open() {
    scope = Torch.open(Device.cpu());
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void singletonsAreTheirMembersBitByBit() {
    VisualTokens all = Tokens.random(Tokens.grid(3, 4), 5, scope);
    float[][] before = Tokens.rows(all.embeddings());
    VisualTokens kept = all.merge(TokenGroups.singletons(new int[] {9, 2, 5}));
    assertThat(kept.patches()).containsExactly(2, 5, 9);
    assertThat(Tokens.rows(kept.embeddings()))
        .isDeepEqualTo(new float[][] {before[2], before[5], before[9]});
  }

  /** The worked example of {@link TokenGroups}. */
  @Test
  void groupIsTheMeanOfItsMembersAndStandsAtItsAnchor() {
    VisualTokens all = tokens(new float[][] {{.1f, 7}, {9, 9}, {1, 2}, {2, 4}, {9, 9}, {6, 0}});
    TokenGroups groups = TokenGroups.of(List.of(new int[] {2, 3, 5}, new int[] {0}), List.of(3, 0));
    VisualTokens merged = all.merge(groups);
    assertThat(groups.count()).isEqualTo(2);
    assertThat(merged.patches()).containsExactly(0, 3);
    assertThat(Tokens.rows(merged.embeddings())[0]).containsExactly(.1f, 7);
    assertThat(Tokens.rows(merged.embeddings())[1])
        .usingComparatorWithPrecision(1e-6f)
        .containsExactly(3, 2);
  }

  /** Places are those of the original grid, however often tokens are merged. */
  @Test
  void mergingTwiceKeepsOriginalPlaces() {
    VisualTokens all = Tokens.random(Tokens.grid(2, 5), 2, scope);
    VisualTokens once = all.merge(TokenGroups.singletons(new int[] {1, 4, 8, 9}));
    VisualTokens twice = once.merge(TokenGroups.singletons(new int[] {1, 3}));
    assertThat(twice.patches()).containsExactly(4, 9);
    assertThat(Tokens.rows(twice.embeddings())[1]).isEqualTo(Tokens.rows(all.embeddings())[9]);
  }

  @Test
  void everyTokenNeedsAPatch() {
    NDArray three = scope.zeros(new Shape(3, 2));
    assertThatThrownBy(
            () -> new VisualTokens(three, new int[] {0, 1}, VisualLayout.of(Tokens.grid(1, 3))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(3, 2)")
        .hasMessageContaining("got 2");
  }

  private VisualTokens tokens(float[][] rows) {
    return VisualTokens.all(scope.create(rows), VisualLayout.of(Tokens.grid(1, rows.length)));
  }
}
