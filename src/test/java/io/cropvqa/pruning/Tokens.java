package io.cropvqa.pruning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.ImageBox;
import java.util.Random;

/** Grids and random visual tokens for tests. */
final class Tokens {
  private static final ImageBox WHOLE = new ImageBox(0, 0, 1, 1);

  private Tokens() {}

  /** A grid that covers its image exactly. */
  static PatchGrid grid(int rows, int columns) {
    return new PatchGrid(rows, columns, WHOLE);
  }

  /** A question of no words. */
  static PruningRequest request(PatchGrid grid, ContextualRegion region, long seed) {
    return request(VisualLayout.of(grid), region, seed);
  }

  static PruningRequest request(VisualLayout layout, ContextualRegion region, long seed) {
    return new PruningRequest(layout, region, scope -> scope.create(new Shape(0, 1)), seed);
  }

  /** One random token of a given width for each patch. */
  static VisualTokens random(PatchGrid grid, int width, NDManager scope) {
    return random(VisualLayout.of(grid), width, scope);
  }

  static VisualTokens random(VisualLayout layout, int width, NDManager scope) {
    Random random = new Random(layout.size());
    float[] values = new float[layout.size() * width];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    NDArray embeddings = scope.create(values, new Shape(layout.size(), width));
    return VisualTokens.all(embeddings, layout);
  }

  static float[][] rows(NDArray matrix) {
    float[] all = matrix.toFloatArray();
    int width = (int) matrix.getShape().get(1);
    float[][] rows = new float[all.length / width][width];
    for (int i = 0; i < all.length; i++) {
      rows[i / width][i % width] = all[i];
    }
    return rows;
  }
}
