/**
 * The learned localizer's network: a question's words and four edge queries look at the main
 * model's visual tokens, and each edge answers with a distribution over the eight grid numbers.
 *
 * <p>Letters of shapes: P pictures, Q questions about each, B = P * Q; N patches, T words, D the
 * language model's width, W the localizer's.
 */
package io.cropvqa.model.localizer;
