/**
 * Trains the learned localizer ({@link io.cropvqa.model.localizer.LocalizerNetwork}) on the frozen
 * model's visual tokens and word embeddings, from questions whose region is known.
 *
 * <p>Letters of shapes: P pictures, Q questions about each, B = P * Q; N patches, T words, D the
 * language model's width, W the localizer's.
 */
package io.cropvqa.training.localizer;
