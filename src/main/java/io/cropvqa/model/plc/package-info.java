/**
 * Where a checkpoint's trained Pre-LLM Compression lies and what its weights are called; what it
 * computes is in {@link io.cropvqa.pruning.PlcNetwork}.
 */
package io.cropvqa.model.plc;
