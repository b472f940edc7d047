package io.cropvqa.pruning;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.cropvqa.tensor.Torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The worked example: rows {@code t a0 a1 t b0 b1 t}. */
class ImageViewTest {
  private NDManager scope;
  private LayerView all;

  @BeforeEach
  void open() {
    scope = Torch.open(Device.cpu());
    all = new RowsView(scope, -1, 0, 1, -1, 2, 3, -1);
  }

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void othersAreNotThere() {
    ImageView second = new ImageView(all, 2, 2);
    assertThat(second.tokens()).containsExactly(2, 3);
    assertThat(second.patches()).containsExactly(0, 1);
    assertThat(second.visualRows()).containsExactly(2, 3);
    assertThat(Tokens.rows(second.states()))
        .isDeepEqualTo(new float[][] {{0, 1}, {3, 1}, {4, 1}, {5, 1}, {6, 1}});
  }

  @Test
  void attentionIsThatOfTheRowsThatAreThere() {
    ImageView first = new ImageView(all, 0, 2);
    assertThat(Tokens.rows(first.attention(4, 1)))
        .isDeepEqualTo(new float[][] {{600, 601, 602, 603, 606}, {100, 101, 102, 103, 106}});
    assertThat(first.attentionOfLast()).containsExactly(601, 602);
    assertThat(new ImageView(all, 2, 2).attentionOfLast()).containsExactly(604, 605);
  }

  @Test
  void onlyImageIsSeenAsItIs() {
    ImageView alone = new ImageView(all, 0, 4);
    assertThat(alone.patches()).isEqualTo(all.patches());
    assertThat(alone.visualRows()).isEqualTo(all.visualRows());
    assertThat(Tokens.rows(alone.states())).isDeepEqualTo(Tokens.rows(all.states()));
    assertThat(Tokens.rows(alone.attention(2))).isDeepEqualTo(Tokens.rows(all.attention(2)));
  }

  /** What an earlier cut dropped leaves gaps in the names, not in the rows. */
  @Test
  void placesMayBeMissing() {
    ImageView second = new ImageView(new RowsView(scope, -1, 1, 4, 6, -1), 3, 4);
    assertThat(second.patches()).containsExactly(1, 3);
    assertThat(second.visualRows()).containsExactly(1, 2);
  }
}
