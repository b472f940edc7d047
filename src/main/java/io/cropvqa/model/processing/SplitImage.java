package io.cropvqa.model.processing;

import java.util.List;

/**
 * A picture as Idefics3's vision tower takes it: large in square tiles, and then small and whole;
 * the latter alone where one tile would show all of it.
 *
 * @param pictures normalized values [3, side, side], tiles row by row, the whole picture last
 * @param rows of tiles
 * @param columns of tiles
 */
public record SplitImage(List<float[]> pictures, int rows, int columns) {}
