package io.cropvqa.model.qwen2vl;

import io.cropvqa.model.PromptLayout;
import io.cropvqa.model.layers.Positions;
import io.cropvqa.pruning.PatchGrid;
import io.cropvqa.pruning.VisualLayout;

/**
 * Positions on three axes. Text counts alike on time, height and width; an image stands at one
 * time, its rows count along height and its columns along width, and the text after it goes on from
 * its longer side. Source: transformers, {@code Qwen2VLModel.get_rope_index}.
 *
 * @param imageToken id of the placeholder
 */
record MropeLayout(int imageToken) implements PromptLayout {

  @Override
  public Positions positions(int[] expanded, VisualLayout image) {
    PatchGrid grid = image.grids().get(0);
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
      }
    }
    return Positions.onAxes(axes);
  }
}
