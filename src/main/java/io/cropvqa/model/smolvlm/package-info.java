/**
 * SmolVLM and Idefics3: a SigLIP tower sees the image large in tiles and then small and whole;
 * blocks of its patches are shuffled into one token each, and markers in the prompt say which tile
 * comes. Source: transformers, {@code models/smolvlm} and {@code models/idefics3}.
 */
package io.cropvqa.model.smolvlm;
