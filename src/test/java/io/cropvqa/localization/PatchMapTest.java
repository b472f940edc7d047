package io.cropvqa.localization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.ImageBox;
import io.cropvqa.pruning.PatchGrid;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PatchMapTest {
  private static final ImageBox WHOLE = new ImageBox(0, 0, 1, 1);

  /** Two spots of high scores: one of three patches, diagonal to each other, and a lone one. */
  private static final float[] SPOTS = {
    .9f, .1f, .0f, .0f,
    .1f, .6f, .6f, .0f,
    .0f, .0f, .0f, .0f,
    .8f, .0f, .0f, .0f,
  };

  private static PatchMap map(float... scores) {
    return new PatchMap(new PatchGrid(4, 4, WHOLE), scores);
  }

  @Test
  void boxHoldsTheComponentOfItsFirstPatch() {
    PatchMap map = map(SPOTS);
    assertThat(map.best()).isZero();
    assertThat(map.around(0, .5)).isEqualTo(new ImageBox(0, 0, .75, .5));
    assertThat(map.around(0, .7)).isEqualTo(new ImageBox(0, 0, .25, .25));
    assertThat(map.around(12, .5)).isEqualTo(new ImageBox(0, .75, .25, 1));
    assertThat(map.around(6, .05)).isEqualTo(new ImageBox(0, 0, .75, .5));
    assertThat(map.around(6, 0)).isEqualTo(WHOLE);
  }

  @Test
  void firstOfEqualsIsTheBest() {
    float[] flat = new float[16];
    flat[5] = flat[9] = 1;
    assertThat(map(flat).best()).isEqualTo(5);
  }

  /** The end of a row doesn't touch the beginning of the next. */
  @Test
  void componentsDoNotWrapAround() {
    float[] scores = new float[16];
    scores[3] = scores[4] = 1;
    assertThat(map(scores).around(3, 1)).isEqualTo(new ImageBox(.75, 0, 1, .25));
  }

  @Test
  void classTokenIsNeverBestNorPartOfABox() {
    PatchMap map = new PatchMap(new PatchGrid(1, 2, 2, 0, WHOLE), new float[] {9, 0, 0, 0, 1});
    assertThat(map.best()).isEqualTo(4);
    assertThat(map.around(4, 1)).isEqualTo(new ImageBox(.5, .5, 1, 1));
    assertThat(map.massInside(new ContextualRegion(4, 4, 7, 7), .01)).isCloseTo(1, within(1e-9));
  }

  @Test
  void massIsTheSoftmaxInside() {
    PatchMap map = map(SPOTS);
    double all = 0;
    for (float score : SPOTS) {
      all += Math.exp(score / .2);
    }
    double left = Math.exp(.9 / .2) + Math.exp(.1 / .2) * 2 + Math.exp(.6 / .2);
    assertThat(map.massInside(new ContextualRegion(0, 0, 3, 3), .2))
        .isCloseTo(left / all, within(1e-6));
    assertThat(map.massInside(ContextualRegion.WHOLE_IMAGE, .2)).isCloseTo(1, within(1e-12));
  }

  /** Scores far from 0 neither overflow nor vanish. */
  @Test
  void massOfLargeScoresIsFinite() {
    float[] scores = new float[16];
    Arrays.fill(scores, 1e6f);
    assertThat(map(scores).massInside(new ContextualRegion(0, 0, 3, 7), .01))
        .isCloseTo(.5, within(1e-9));
  }

  /** A sixteenth of each side: one patch up and down, and none to the sides of so narrow a grid. */
  @Test
  void smoothedPatchIsTheMeanOfThoseAround() {
    float[] scores = new float[1 + 16 * 4];
    scores[0] = 99; // a class token
    PatchGrid grid = new PatchGrid(1, 16, 4, 0, WHOLE);
    scores[grid.patch(0, 2)] = 6;
    scores[grid.patch(15, 3)] = 12;
    float[] smoothed = new PatchMap(grid, scores).smoothed().scores();
    assertThat(smoothed[0]).isEqualTo(99);
    assertThat(smoothed[grid.patch(0, 2)]).isEqualTo(3);
    assertThat(smoothed[grid.patch(1, 2)]).isEqualTo(2);
    assertThat(smoothed[grid.patch(2, 2)]).isZero();
    assertThat(smoothed[grid.patch(0, 1)]).isZero();
    assertThat(smoothed[grid.patch(14, 3)]).isEqualTo(4);
    assertThat(smoothed[grid.patch(15, 3)]).isEqualTo(6);
  }

  @Test
  void shareIsTheSumInside() {
    double all = 0;
    for (float score : SPOTS) {
      all += score;
    }
    assertThat(map(SPOTS).share(new ContextualRegion(0, 0, 3, 3)))
        .isCloseTo((.9 + .1 + .1 + .6) / all, within(1e-6));
    assertThat(map(SPOTS).share(ContextualRegion.WHOLE_IMAGE)).isCloseTo(1, within(1e-9));
  }
}
