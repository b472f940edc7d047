/**
 * The one place that knows DJL's internals: starting PyTorch, the few operations that DJL's {@code
 * NDArray} lacks, and transformer layers as one call each.
 *
 * <p>Native memory belongs to an {@code NDManager} and is never freed by the collector, so every
 * array lives in a scope that somebody closes: root (weights) &gt; sequence (KV cache) &gt; step
 * (activations). A result belongs to the manager of the <em>first</em> operand, so activations come
 * first and weights second, everywhere.
 */
package io.cropvqa.tensor;
