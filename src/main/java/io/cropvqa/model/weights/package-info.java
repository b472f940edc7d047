/**
 * Checkpoints on disk: safetensors files, mapped rather than read, with every header treated as
 * hostile input; the names of weights; and the digest that tells one revision of a model from
 * another.
 */
package io.cropvqa.model.weights;
