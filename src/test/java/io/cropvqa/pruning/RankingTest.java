package io.cropvqa.pruning;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RankingTest {
  private static final float[] SCORES = {.5f, .1f, .9f, .5f, .5f, .2f};

  @Test
  void highestScoresComeBackInTokenOrder() {
    assertThat(Ranking.top(new int[] {0, 1, 2, 5}, SCORES, 3)).containsExactly(0, 2, 5);
  }

  @Test
  void onlyCandidatesAreRanked() {
    assertThat(Ranking.top(new int[] {1, 5}, SCORES, 1)).containsExactly(5);
  }

  @Test
  void tiesGoToTheEarlierToken() {
    assertThat(Ranking.top(new int[] {4, 3, 0}, SCORES, 2)).containsExactly(0, 3);
  }

  @Test
  void scoreThatIsNoNumberRanksLast() {
    assertThat(Ranking.top(new int[] {0, 1, 2}, new float[] {Float.NaN, 0, 1}, 2))
        .containsExactly(1, 2);
  }
}
