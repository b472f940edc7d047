package io.cropvqa.model.qwen2vl;

import io.cropvqa.model.PromptLayout;
import io.cropvqa.model.layers.Positions;
import io.cropvqa.pruning.PatchGrid;
import io.cropvqa.pruning.VisualLayout;
import java.util.Iterator;
import java.util.List;

/**
 * Positions on three axes. Text counts alike on time, height and width; an image stands at one
 * time, its rows count along height and its columns along width, and the text after it goes on from
 * its longer side. Source: transformers, {@code Qwen2VLModel.get_rope_index}.
 *
 * @param imageToken id of the placeholder
 */
record MropeLayout(int imageToken) implements PromptLayout {

  @Override
  public Positions positions(int[] expanded, List<VisualLayout> images) {
    Iterator<PatchGrid> grids = images.stream().flatMap(image -> image.grids().stream()).iterator();
    PatchGrid grid = grids.next();
    int[][] axes = new int[3][expanded.length];
    int next = 0;
    int place = 0;
    for (int row = 0; row < expanded.length; row++) {
      boolean isText = expanded[row] != imageToken;
      axes[0][row] = next;
      axes[1][row] = isText ? next : next + grid.row(place);
      axes[2][row] = isText ? next : next + grid.column(place);
      place += isText ? 0 : 1;
      if (isText) {
        next++;
      } else if (place == grid.size()) {
        next += Math.max(grid.rows(), grid.columns());
        grid = grids.hasNext() ? grids.next() : grid;
        place = 0;
      }
    }
    return Positions.onAxes(axes);
  }
}
