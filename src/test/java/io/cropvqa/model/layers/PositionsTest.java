package io.cropvqa.model.layers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PositionsTest {

  @Test
  void textCountsAlikeOnAllAxes() {
    Positions text = Positions.text(3, 5, 2);
    assertThat(text.axes()).isEqualTo(3);
    assertThat(text.count()).isEqualTo(2);
    for (int axis = 0; axis < 3; axis++) {
      assertThat(text.axis(axis)).containsExactly(5, 6);
    }
    assertThat(text.next()).isEqualTo(7);
    assertThat(Positions.text(1, 0, 0).next()).isZero();
  }

  @Test
  void rowsArePickedAndJoinedOnEveryAxis() {
    Positions rows = Positions.onAxes(new int[][] {{0, 1, 1, 3}, {0, 1, 2, 3}});
    Positions joined =
        Positions.joined(List.of(rows.pick(new int[] {0, 2}), Positions.text(2, 4, 1)));
    assertThat(joined).isEqualTo(Positions.onAxes(new int[][] {{0, 1, 4}, {0, 2, 4}}));
    assertThat(joined.next()).isEqualTo(5);
    assertThat(joined).isNotEqualTo(rows);
  }

  /** What no row uses on any axis is closed up; rows that were level stay level. */
  @Test
  void gapsAreClosedOnAllAxesAtOnce() {
    Positions rows = Positions.onAxes(new int[][] {{0, 2, 2, 9}, {0, 2, 6, 9}, {0, 4, 2, 9}});
    assertThat(rows.compact())
        .isEqualTo(Positions.onAxes(new int[][] {{0, 1, 1, 4}, {0, 1, 3, 4}, {0, 2, 1, 4}}));
    assertThat(Positions.of(3, 8, 9).compact()).isEqualTo(Positions.of(0, 1, 2));
  }
}
