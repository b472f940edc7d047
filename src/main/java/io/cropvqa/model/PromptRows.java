package io.cropvqa.model;

import io.cropvqa.model.layers.Positions;
import io.cropvqa.pruning.TokenGroups;
import java.util.Arrays;

/**
 * A prompt's rows as one layer has them: where they stand and what they stand for.
 *
 * @param positions of each row
 * @param patches for each row the patch it shows, {@link Prompt#TEXT}, or {@link Prompt#rowEnd}
 * @param members for each row how many of the encoder's tokens it is made of; 1 for text
 * @param nextPosition position id of the first generated token
 */
record PromptRows(Positions positions, int[] patches, int[] members, int nextPosition) {

  static PromptRows of(Prompt prompt) {
    return new PromptRows(
        prompt.positions(), prompt.patches(), prompt.members(), prompt.nextPosition());
  }

  int count() {
    return patches.length;
  }

  boolean isVisual(int row) {
    return patches[row] >= 0;
  }

  /** Patches of the visual rows. */
  int[] visualPatches() {
    return Arrays.stream(patches).filter(patch -> patch >= 0).toArray();
  }

  /** How many rows are visual. */
  int visualCount() {
    int count = 0;
    for (int patch : patches) {
      count += patch >= 0 ? 1 : 0;
    }
    return count;
  }

  /** One row for each group, where its anchor stood. */
  PromptRows merge(TokenGroups groups) {
    return new PromptRows(
        positions.pick(groups.anchors()), groups.pick(patches), groups.sum(members), nextPosition);
  }

  /** The same rows with position ids that have no gaps, the answer's after them. */
  PromptRows compact() {
    Positions closedUp = positions.compact();
    return new PromptRows(closedUp, patches, members, closedUp.next());
  }
}
