package io.cropvqa.model.qwen2vl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cropvqa.domain.ImageBox;
import io.cropvqa.model.layers.Positions;
import io.cropvqa.pruning.PatchGrid;
import io.cropvqa.pruning.VisualLayout;
import java.util.List;
import org.junit.jupiter.api.Test;

class MropeLayoutTest {
  private static final int IMAGE = 9;
  private static final VisualLayout TWO_BY_THREE =
      VisualLayout.of(new PatchGrid(2, 3, new ImageBox(0, 0, 1, 1)));

  private final MropeLayout layout = new MropeLayout(IMAGE);

  /** Two tokens of text, an image of 2 rows and 3 columns, one token: it goes on from 2 + 3. */
  @Test
  void imagesStandInTwoDimensions() {
    int[] ids = layout.expand(new int[] {1, 2, IMAGE, 3}, List.of(TWO_BY_THREE));
    assertThat(ids).containsExactly(1, 2, 9, 9, 9, 9, 9, 9, 3);
    Positions positions = layout.positions(ids, List.of(TWO_BY_THREE));
    assertThat(positions.axis(0)).containsExactly(0, 1, 2, 2, 2, 2, 2, 2, 5);
    assertThat(positions.axis(1)).containsExactly(0, 1, 2, 2, 2, 3, 3, 3, 5);
    assertThat(positions.axis(2)).containsExactly(0, 1, 2, 3, 4, 2, 3, 4, 5);
    assertThat(positions.next()).isEqualTo(6);
  }

  /** A second image begins where text would go on, here right after the first: at 1 + 3. */
  @Test
  void imagesFollowOneAnother() {
    VisualLayout square = VisualLayout.of(new PatchGrid(2, 2, new ImageBox(0, 0, 1, 1)));
    List<VisualLayout> images = List.of(TWO_BY_THREE, square);
    int[] ids = layout.expand(new int[] {1, IMAGE, IMAGE, 3}, images);
    Positions positions = layout.positions(ids, images);
    assertThat(positions.axis(0)).containsExactly(0, 1, 1, 1, 1, 1, 1, 4, 4, 4, 4, 6);
    assertThat(positions.axis(1)).containsExactly(0, 1, 1, 1, 2, 2, 2, 4, 4, 5, 5, 6);
    assertThat(positions.axis(2)).containsExactly(0, 1, 2, 3, 1, 2, 3, 4, 5, 4, 5, 6);
    assertThat(positions.next()).isEqualTo(7);
  }

  /** Nothing but what pruning leaves is closed up. */
  @Test
  void unprunedPositionsAreCompact() {
    int[] ids = layout.expand(new int[] {1, IMAGE, 3}, List.of(TWO_BY_THREE));
    Positions positions = layout.positions(ids, List.of(TWO_BY_THREE));
    assertThat(positions.compact()).isEqualTo(positions);
  }

  @Test
  void imageMustHaveOnePlace() {
    assertThatThrownBy(() -> layout.expand(new int[] {1, 2}, List.of(TWO_BY_THREE)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "one image token (id 9) into the prompt for each of 1 images, it put 0");
  }
}
