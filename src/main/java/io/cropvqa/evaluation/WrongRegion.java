package io.cropvqa.evaluation;

import io.cropvqa.domain.ContextualRegion;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A region of a true one's width and height, somewhere else. */
final class WrongRegion {
  private WrongRegion() {}

  /**
   * Drawn among the places that share the fewest blocks with the true region: none, unless it takes
   * more than half of the picture along both axes. Of the whole picture that is itself.
   */
  static ContextualRegion of(ContextualRegion truth, long seed) {
    List<ContextualRegion> best = new ArrayList<>();
    int fewest = Integer.MAX_VALUE;
    int width = truth.xmax() - truth.xmin();
    int height = truth.ymax() - truth.ymin();
    for (int y = 0; y + height < ContextualRegion.GRID; y++) {
      for (int x = 0; x + width < ContextualRegion.GRID; x++) {
        ContextualRegion place = new ContextualRegion(x, y, x + width, y + height);
        int shared = shared(place, truth);
        if (shared < fewest) {
          best.clear();
          fewest = shared;
        }
        if (shared == fewest) {
          best.add(place);
        }
      }
    }
    return best.get(new Random(seed).nextInt(best.size()));
  }

  /** Blocks in both. */
  private static int shared(ContextualRegion a, ContextualRegion b) {
    int width = Math.min(a.xmax(), b.xmax()) - Math.max(a.xmin(), b.xmin()) + 1;
    int height = Math.min(a.ymax(), b.ymax()) - Math.max(a.ymin(), b.ymin()) + 1;
    return Math.max(0, width) * Math.max(0, height);
  }
}
