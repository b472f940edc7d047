package io.cropvqa.domain;

/**
 * Which model answered, and where.
 *
 * @param name directory name of the checkpoint, or the configured one
 * @param revision digest of its files: another revision may answer differently
 * @param device such as {@code cpu} or {@code gpu:0}
 */
public record ModelIdentity(String name, String revision, String device) {}
