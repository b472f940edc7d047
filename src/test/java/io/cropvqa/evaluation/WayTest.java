package io.cropvqa.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.evaluation.dataset.VqaExample;
import io.cropvqa.evaluation.metrics.RegionOverlap;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WayTest {

  @Test
  void aNameIsAMethodWithOrWithoutAControl() {
    assertThat(Way.named("fastv")).isEqualTo(new Way("fastv"));
    assertThat(Way.named("plc-pool/wrong-region"))
        .isEqualTo(new Way("plc-pool", Optional.of(Control.WRONG_REGION)))
        .returns("plc-pool/wrong-region", Way::name);
    assertThat(Way.named("oracle"))
        .isEqualTo(Way.named("crop/oracle"))
        .returns("crop/oracle", Way::name);
  }

  @Test
  void onlyMethodsThatUseARegionLocalize() {
    assertThat(List.of("crop", "ilp", "plc-pool")).allMatch(name -> Way.named(name).localizes());
    assertThat(List.of("none", "random", "downscale", "fastv", "pyramiddrop", "sparsevlm"))
        .noneMatch(name -> Way.named(name).localizes());
    assertThat(List.of("visionzip", "divprune", "cdpruner", "crop/oracle"))
        .noneMatch(name -> Way.named(name).localizes());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          magic        | "magic" is unknown: use some of [cdpruner,
          magic/oracle | "magic" is unknown: use some of [cdpruner,
          crop/magic   | control "magic" is unknown: use some of [oracle, wrong-region, whole-image]
          fastv/oracle | "fastv/oracle" makes no sense: fastv looks at no region
          """)
  void anUnknownNameIsOneClearLine(String name, String message) {
    assertThatThrownBy(() -> Way.named(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message)
        .hasMessageNotContaining("\n");
  }

  /** Every region there is. */
  @Test
  void aWrongRegionIsAsLargeAndAsFarOffAsTheGridAllows() {
    int grid = ContextualRegion.GRID;
    for (int width = 1; width <= grid; width++) {
      for (int height = 1; height <= grid; height++) {
        for (int x = 0; x + width <= grid; x++) {
          for (int y = 0; y + height <= grid; y++) {
            ContextualRegion truth = new ContextualRegion(x, y, x + width - 1, y + height - 1);
            ContextualRegion wrong = WrongRegion.of(truth, x * 31L + y);
            assertThat(wrong.xmax() - wrong.xmin() + 1).isEqualTo(width);
            assertThat(wrong.ymax() - wrong.ymin() + 1).isEqualTo(height);
            if (hasRoom(x, width) || hasRoom(y, height)) {
              assertThat(RegionOverlap.of(wrong, truth).iou()).as("%s", truth).isZero();
            }
          }
        }
      }
    }
    assertThat(WrongRegion.of(ContextualRegion.WHOLE_IMAGE, 1))
        .isEqualTo(ContextualRegion.WHOLE_IMAGE);
  }

  private static boolean hasRoom(int from, int size) {
    return from >= size || ContextualRegion.GRID - from - size >= size;
  }

  @Test
  void aWrongRegionIsTheSameForASeedAndAnotherForAnother() {
    VqaExample example = example(new ContextualRegion(2, 2, 3, 3));
    assertThat(Control.WRONG_REGION.region(example, 5))
        .isEqualTo(Control.WRONG_REGION.region(example, 5));
    assertThat(
            IntStream.range(0, 50)
                .mapToObj(seed -> Control.WRONG_REGION.region(example, seed))
                .distinct())
        .hasSizeGreaterThan(10);
    assertThat(Control.ORACLE.region(example, 5)).isEqualTo(new ContextualRegion(2, 2, 3, 3));
    assertThat(Control.WHOLE_IMAGE.region(example, 5)).isEqualTo(ContextualRegion.WHOLE_IMAGE);
  }

  private static VqaExample example(ContextualRegion region) {
    return new VqaExample("q", "a.png", "what?", List.of("x"), "t", Optional.of(region));
  }
}
