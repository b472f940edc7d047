package io.cropvqa.model.qwen2vl;

import io.cropvqa.model.processing.PatchSizes;
import io.cropvqa.model.processing.ProcessedImage;

/**
 * A picture cut into patches, block by block, so that the patches of one token are neighbours.
 * Source: transformers, {@code Qwen2VLImageProcessor.patchify}.
 */
final class Patches {
  private static final int CHANNELS = 3;

  private Patches() {}

  /**
   * @param image its sides are multiples of a block's
   * @return [T, 3 * frames * P * P], the {@code pixel_values} of the reference: each channel of a
   *     patch is repeated for each frame
   */
  static float[] of(ProcessedImage image, PatchSizes sizes) {
    int side = sizes.patch();
    float[] pixels = image.pixels();
    float[] patches = new float[pixels.length * sizes.temporal()];
    int next = 0;
    for (int blockTop = 0; blockTop < image.height(); blockTop += sizes.block()) {
      for (int blockLeft = 0; blockLeft < image.width(); blockLeft += sizes.block()) {
        for (int patch = 0; patch < sizes.merge() * sizes.merge(); patch++) {
          int top = blockTop + patch / sizes.merge() * side;
          int left = blockLeft + patch % sizes.merge() * side;
          for (int plane = 0; plane < CHANNELS * sizes.temporal(); plane++) {
            int channel = plane / sizes.temporal();
            for (int row = top; row < top + side; row++) {
              int source = (channel * image.height() + row) * image.width() + left;
              System.arraycopy(pixels, source, patches, next, side);
              next += side;
            }
          }
        }
      }
    }
    return patches;
  }
}
