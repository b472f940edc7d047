package io.cropvqa.training.localizer;

import io.cropvqa.domain.ContextualRegion;

/**
 * A question whose region is known.
 *
 * @param picture names the picture it is about
 * @param question what is asked
 * @param type kind of question, for tables
 * @param region where its answer is
 */
public record RegionExample(
    String picture, String question, String type, ContextualRegion region) {}
