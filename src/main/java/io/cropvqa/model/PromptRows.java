package io.cropvqa.model;

import io.cropvqa.pruning.TokenGroups;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A prompt's rows as one layer has them: where they stand and what they stand for.
 *
 * @param positions position id of each row, ascending
 * @param patches for each row the patch it shows, or {@link Prompt#TEXT}
 * @param members for each row how many of the encoder's tokens it is made of; 1 for text
 * @param nextPosition position id of the first generated token
 */
record PromptRows(int[] positions, int[] patches, int[] members, int nextPosition) {

  static PromptRows of(Prompt prompt) {
    return new PromptRows(
        prompt.positions(), prompt.patches(), prompt.members(), prompt.nextPosition());
  }

  int count() {
    return positions.length;
  }

  boolean isVisual(int row) {
    return patches[row] != Prompt.TEXT;
  }

  /** Patches of the visual rows. */
  int[] visualPatches() {
    return Arrays.stream(patches).filter(patch -> patch != Prompt.TEXT).toArray();
  }

  /** One row for each group, where its anchor stood. */
  PromptRows merge(TokenGroups groups) {
    return new PromptRows(
        groups.pick(positions), groups.pick(patches), groups.sum(members), nextPosition);
  }

  /** The same rows with position ids that have no gaps, the answer's after them. */
  PromptRows compact() {
    return new PromptRows(IntStream.range(0, count()).toArray(), patches, members, count());
  }
}
