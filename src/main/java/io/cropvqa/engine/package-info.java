/**
 * The workers that answer questions. A worker is one thread that owns one device and one copy of
 * the weights; a bounded queue stands before all of them, and who finds it full waits, back to the
 * broker.
 *
 * <p>A question on a worker: encode, localize, compress, prefill (with Inner-LLM Pruning),
 * generate.
 */
package io.cropvqa.engine;
