package io.cropvqa.training.plc;

import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.training.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Draws the questions of each step, with a budget and a region for each. Seed and step decide,
 * nothing else.
 *
 * <p>Localizers err: true regions grow by up to a block on each side at random, and every eighth
 * question looks at the whole image, as it would where no region is believed.
 */
final class PlcDraw {
  private static final int WHOLE_IMAGE_ONE_IN = 8;

  /**
   * A question to learn from.
   *
   * @param budget visual tokens
   */
  record Drawn(
      PlcPicture picture, PlcPicture.Question question, ContextualRegion region, int budget) {}

  private final List<PlcPicture> pictures;
  private final List<Integer> budgets;
  private final boolean grow;
  private final int batch;
  private final long seed;

  /**
   * @param pictures at least one
   * @param budgets at least one
   * @param grow whether regions are true ones
   * @param batch questions of a step
   */
  PlcDraw(List<PlcPicture> pictures, List<Integer> budgets, boolean grow, int batch, long seed) {
    this.pictures = pictures;
    this.budgets = budgets;
    this.grow = grow;
    this.batch = batch;
    this.seed = seed;
  }

  /**
   * @param step from 1
   */
  List<Drawn> draw(int step) {
    Random random = Seeds.random(seed, step);
    List<Drawn> drawn = new ArrayList<>();
    for (int i = 0; i < batch; i++) {
      PlcPicture picture = pictures.get(random.nextInt(pictures.size()));
      PlcPicture.Question question =
          picture.questions().get(random.nextInt(picture.questions().size()));
      int budget = budgets.get(random.nextInt(budgets.size()));
      drawn.add(new Drawn(picture, question, region(question.region(), random), budget));
    }
    return drawn;
  }

  private ContextualRegion region(ContextualRegion region, Random random) {
    if (random.nextInt(WHOLE_IMAGE_ONE_IN) == 0) {
      return ContextualRegion.WHOLE_IMAGE;
    }
    return grow ? grown(region, random) : region;
  }

  private static ContextualRegion grown(ContextualRegion region, Random random) {
    int last = ContextualRegion.GRID - 1;
    return new ContextualRegion(
        Math.max(0, region.xmin() - random.nextInt(2)),
        Math.max(0, region.ymin() - random.nextInt(2)),
        Math.min(last, region.xmax() + random.nextInt(2)),
        Math.min(last, region.ymax() + random.nextInt(2)));
  }
}
