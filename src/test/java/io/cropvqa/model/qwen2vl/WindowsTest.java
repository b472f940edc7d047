package io.cropvqa.model.qwen2vl;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WindowsTest {

  /** The class's worked example. */
  @Test
  void tokensComeWindowByWindow() {
    Windows windows = Windows.of(2, 3, 2);
    assertThat(windows.order()).containsExactly(0, 1, 3, 4, 2, 5);
    assertThat(windows.sizes()).containsExactly(4, 2);
    assertThat(windows.places()).containsExactly(0, 1, 4, 2, 3, 5);
  }

  @Test
  void everyTokenIsInOneWindow() {
    for (int side = 1; side <= 6; side++) {
      Windows windows = Windows.of(5, 4, side);
      assertThat(windows.order()).containsExactlyInAnyOrder(IntStream.range(0, 20).toArray());
      assertThat(IntStream.of(windows.sizes()).sum()).isEqualTo(20);
      assertThat(windows.sizes()).doesNotContain(0);
    }
    assertThat(Windows.of(5, 4, 5).order()).isEqualTo(Windows.whole(5, 4).order());
  }
}
