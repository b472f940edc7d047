/**
 * The workers that answer questions. A worker owns one device and one copy of the weights; a
 * bounded queue stands before all of them, and who finds it full waits, back to the broker.
 *
 * <p>A question on a worker: encode, localize and compress on a thread that prepares, then the
 * prompt (with Inner-LLM Pruning) and token by token through the decoder, in one {@link
 * io.cropvqa.engine.Batch} with whatever questions are there. Start with {@link
 * io.cropvqa.engine.ServingLoop}.
 */
package io.cropvqa.engine;
