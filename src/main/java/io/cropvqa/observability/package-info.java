/**
 * What an operator sees: meters and health checks.
 *
 * <p>{@link io.cropvqa.observability.MeterNames} names every meter. {@link
 * io.cropvqa.observability.InferenceMetrics} hears what happens to questions and counts it; what an
 * answer cost goes to {@code AnswerMeters}, what an engine holds right now to {@code EngineGauges}.
 *
 * <p>Every meter carries the tags {@code model} and {@code pruning}. {@code pruning} is the method
 * that an answer was made under, and {@code unknown} on what belongs to no one answer: gauges,
 * batches, failures, retries. Ids, URLs, questions and messages are never tags.
 *
 * <p>The service is <em>started</em> once no worker loads any more, <em>ready</em> while a worker
 * takes questions, and no longer <em>live</em> once every worker has failed.
 */
package io.cropvqa.observability;
