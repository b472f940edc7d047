package io.cropvqa.model.localizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.cropvqa.domain.ImageBox;
import io.cropvqa.pruning.PatchGrid;
import io.cropvqa.pruning.VisualLayout;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PositionEncodingTest {

  /** The middle patch of a 3x3 grid and the only one of a 1x1 grid look at the same place. */
  @Test
  void thePlaceOnTheImageCountsNotTheGrid() {
    ImageBox whole = new ImageBox(0, 0, 1, 1);
    float[] fine =
        PositionEncoding.ofPatches(
            VisualLayout.of(new PatchGrid(3, 3, whole)), new int[] {0, 4}, 16);
    float[] coarse =
        PositionEncoding.ofPatches(VisualLayout.of(new PatchGrid(1, 1, whole)), new int[] {0}, 16);
    for (int i = 0; i < 16; i++) {
      assertThat(fine[16 + i]).isCloseTo(coarse[i], within(1e-5f));
    }
    assertThat(Arrays.copyOf(fine, 16)).isNotEqualTo(coarse);
  }

  /** Padding moves the grid on the image, and the places with it. */
  @Test
  void paddedPicturesHaveTheirPatchesWhereTheyLook() {
    VisualLayout padded = VisualLayout.of(new PatchGrid(2, 2, new ImageBox(0, -0.5, 1, 1.5)));
    VisualLayout strip = VisualLayout.of(new PatchGrid(1, 2, new ImageBox(0, 0, 1, 1)));
    float[] upper = PositionEncoding.ofPatches(padded, new int[] {0}, 8);
    float[] only = PositionEncoding.ofPatches(strip, new int[] {0}, 8);
    assertThat(Arrays.copyOf(upper, 4)).containsExactly(Arrays.copyOf(only, 4), within(1e-5f));
    assertThat(Arrays.copyOfRange(upper, 4, 8)).isNotEqualTo(Arrays.copyOfRange(only, 4, 8));
  }

  @Test
  void wordsAreToldApart() {
    float[] rows = PositionEncoding.ofWords(64, 128);
    for (int word = 1; word < 64; word++) {
      double distance = 0;
      for (int i = 0; i < 128; i++) {
        distance += Math.pow(rows[word * 128 + i] - rows[(word - 1) * 128 + i], 2);
      }
      assertThat(distance).as("words %d and %d", word - 1, word).isGreaterThan(1);
    }
  }
}
