package io.cropvqa.engine;

/**
 * A worker seen from outside.
 *
 * @param device such as {@code cpu} or {@code gpu:0}
 * @param state what it is doing
 * @param busyNanos time so far in which it had questions to answer
 * @param memoryUsedBytes bytes of weights and caches it holds on its device, counted by us
 * @param kvCacheBytes bytes of keys and values held by running questions
 * @param kvCacheCapacityBytes most bytes of keys and values that it lets questions hold
 */
public record WorkerStatus(
    String device,
    WorkerState state,
    long busyNanos,
    long memoryUsedBytes,
    long kvCacheBytes,
    long kvCacheCapacityBytes) {}
