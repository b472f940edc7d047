/**
 * From a picture and a question to what a model takes, and from its token ids back to text, as the
 * checkpoint's own files say.
 *
 * <ul>
 *   <li>{@link io.cropvqa.model.processing.ImageProcessor}: decoded pixels to {@code pixel_values},
 *       bit for bit what transformers' PIL image processors give.
 *   <li>{@link io.cropvqa.model.processing.PromptEncoder}: messages to token ids, by way of {@link
 *       io.cropvqa.model.processing.ChatTemplate} and {@link
 *       io.cropvqa.model.processing.TextTokenizer}; text of a user never becomes a special token.
 *   <li>{@link io.cropvqa.model.processing.GenerationConfig}: when and how generation ends.
 * </ul>
 *
 * <p>A file that is missing, or holds something not supported, is an {@link
 * java.lang.IllegalArgumentException} that names the file, the key and the fix. Files that can't be
 * read give an {@link java.io.UncheckedIOException}.
 */
package io.cropvqa.model.processing;
