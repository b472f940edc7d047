package io.cropvqa.model.processing;

import io.cropvqa.domain.ImageBox;
import java.util.List;

/**
 * A picture as LLaVA-NeXT's vision tower takes it: small and whole, and large in square tiles.
 *
 * @param pictures normalized values [3, side, side], the whole picture first, then tiles row by row
 * @param side of each in pixels
 * @param rows of tiles
 * @param columns of tiles
 * @param width of the original picture
 * @param height of the original picture
 * @param canvas where all tiles together lie on the original picture: beyond it where it was padded
 */
public record AnyResolutionImage(
    List<float[]> pictures,
    int side,
    int rows,
    int columns,
    int width,
    int height,
    ImageBox canvas) {}
