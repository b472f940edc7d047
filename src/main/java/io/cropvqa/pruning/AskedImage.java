package io.cropvqa.pruning;

import io.cropvqa.domain.ContextualRegion;

/**
 * One of the images that a question is about.
 *
 * @param layout the image's patches
 * @param region where the question looks on it
 */
public record AskedImage(VisualLayout layout, ContextualRegion region) {}
