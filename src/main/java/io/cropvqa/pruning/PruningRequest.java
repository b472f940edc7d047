package io.cropvqa.pruning;

import io.cropvqa.domain.ContextualRegion;

/**
 * What a method may know about the question it prunes for.
 *
 * @param layout the image's patches
 * @param region where the question looks
 * @param question what is asked
 * @param seed for methods that draw at random
 */
public record PruningRequest(
    VisualLayout layout, ContextualRegion region, QuestionWords question, long seed) {

  public boolean isInside(int patch) {
    return layout.isInside(patch, region);
  }
}
