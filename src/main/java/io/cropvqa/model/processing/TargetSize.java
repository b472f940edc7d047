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
