/**
 * LLaVA-NeXT: LLaVA's tower sees the image whole and then large in tiles, whose tokens become one
 * grid without the padding and with a newline after each row. Source: transformers, {@code
 * models/llava_next}.
 */
package io.cropvqa.model.llavanext;
