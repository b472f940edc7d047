package io.cropvqa.model;

import io.cropvqa.model.weights.Weights;
import java.util.function.Function;

/**
 * What a family reads from a checkpoint's settings: the parts of a {@link VisionLanguageModel}.
 *
 * @param text the decoder's shape
 * @param decoder prefix of the decoder's weights, such as {@code model.language_model}
 * @param head name of the output weights, where they are not the word embeddings
 * @param vision makes the vision encoder, taking its weights
 * @param promptLayout how an image is written into a prompt
 */
public record Architecture(
    LanguageModelConfig text,
    String decoder,
    String head,
    Function<Weights, VisionEncoder> vision,
    PromptLayout promptLayout) {}
