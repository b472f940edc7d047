package io.cropvqa.model.processing;

import io.cropvqa.domain.ImageBox;

/**
 * A picture as a vision encoder takes it.
 *
 * @param pixels normalized values [3, H, W], row by row; nobody writes to it
 * @param height H
 * @param width W
 * @param canvas where the processed picture lies on the original one: inside it after a centre
 *     crop, beyond it where the picture was padded. Regions of the one are mapped to the other by
 *     it
 */
public record ProcessedImage(float[] pixels, int height, int width, ImageBox canvas) {}
