/**
 * LLaVA 1.5 and its kin: a CLIP or SigLIP vision tower, a projector of two layers, a Llama, Mistral
 * or Qwen2 decoder. Source: transformers, {@code models/llava}.
 */
package io.cropvqa.model.llava;
