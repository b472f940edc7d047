package io.cropvqa.model.processing;

/**
 * How a vision encoder cuts a picture of any shape.
 *
 * @param patch side of a patch in pixels
 * @param merge patches along each side of the block that one visual token is made of
 * @param temporal frames that a patch goes through; a picture is repeated as often
 */
public record PatchSizes(int patch, int merge, int temporal) {

  /** Side of a block in pixels: pictures are made multiples of it. */
  public int block() {
    return patch * merge;
  }
}
