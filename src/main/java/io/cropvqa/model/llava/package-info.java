/**
 * LLaVA 1.5: a CLIP vision tower, a projector of two layers, a Llama decoder. Source: transformers,
 * {@code models/llava}.
 */
package io.cropvqa.model.llava;
