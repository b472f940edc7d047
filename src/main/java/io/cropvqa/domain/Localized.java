package io.cropvqa.domain;

/**
 * What the localization stage makes of a question where it runs apart from the one that answers.
 *
 * @param region where the question looks
 * @param timings time per stage up to there
 */
public record Localized(LocatedRegion region, StageTimings timings) {}
