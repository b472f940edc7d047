/**
 * The networks, as plain tensor code that can be read beside the field's own model files.
 *
 * <p>A question is a {@link io.cropvqa.model.Sequence}. Sequences run together as one {@link
 * io.cropvqa.model.RaggedBatch}: their tokens are concatenated for the linear layers, and each
 * attends to its own keys and values. Prefill, pruning and decoding share that one path, so a batch
 * needs no padding and a sequence may have another length in each layer.
 *
 * <p>Shapes are written in fixed letters: T tokens of a batch, S sequences in it, N visual tokens,
 * D hidden size, H heads, d head size, V vocabulary.
 *
 * <p>Shared blocks are in {@code layers}; each family of checkpoints is one folder that states what
 * differs.
 */
package io.cropvqa.model;
