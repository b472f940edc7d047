package io.cropvqa.model.processing;

import io.cropvqa.domain.UnusableInputException;

/** How large a picture is to become. */
sealed interface TargetSize {

  /** The size for a picture of this width and height. */
  Exact of(int width, int height);

  /** The same for every picture, whatever its shape. */
  record Exact(int width, int height) implements TargetSize {
    @Override
    public Exact of(int anyWidth, int anyHeight) {
      return this;
    }
  }

  /**
   * Both sides become multiples of a block's, there are as many pixels as is allowed, and the
   * picture about keeps its shape: transformers' {@code smart_resize}.
   *
   * @param block side of a block
   * @param leastPixels fewer are made more
   * @param mostPixels more are made fewer
   */
  record WholeBlocks(int block, int leastPixels, int mostPixels) implements TargetSize {
    private static final int LONGEST = 200; // sides to one

    public WholeBlocks {
      if (leastPixels > mostPixels) {
        throw new IllegalArgumentException(
            "min_pixels is %d, more than max_pixels, %d".formatted(leastPixels, mostPixels));
      }
    }

    @Override
    public Exact of(int width, int height) {
      if ((double) Math.max(width, height) / Math.min(width, height) > LONGEST) {
        throw new UnusableInputException(
            "the picture is too long and thin: %d x %d pixels, one side may be at most %d times the other"
                .formatted(width, height, LONGEST));
      }
      double pixels = (double) width * height;
      double rounded = Math.rint((double) height / block) * Math.rint((double) width / block);
      if (rounded * block * block > mostPixels) {
        double shrink = Math.sqrt(pixels / mostPixels);
        return new Exact(
            block * (int) Math.max(1, Math.floor(width / shrink / block)),
            block * (int) Math.max(1, Math.floor(height / shrink / block)));
      }
      if (rounded * block * block < leastPixels) {
        double grow = Math.sqrt(leastPixels / pixels);
        return new Exact(
            block * (int) Math.ceil(width * grow / block),
            block * (int) Math.ceil(height * grow / block));
      }
      return new Exact(
          block * (int) Math.rint((double) width / block),
          block * (int) Math.rint((double) height / block));
    }
  }

  /** The shorter side becomes this long and the picture keeps its shape. */
  record ShortestEdge(int pixels) implements TargetSize {
    @Override
    public Exact of(int width, int height) {
      return width <= height
          ? new Exact(pixels, longerSide(height, width))
          : new Exact(longerSide(width, height), pixels);
    }

    /** Cut off, not rounded, as transformers' {@code get_resize_output_image_size} does. */
    private int longerSide(int longer, int shorter) {
      double length = (double) ((long) pixels * longer) / shorter;
      if (length > Integer.MAX_VALUE) {
        throw new UnusableInputException(
            "the picture is too long and thin: %d x %d pixels".formatted(longer, shorter));
      }
      return (int) length;
    }
  }
}
