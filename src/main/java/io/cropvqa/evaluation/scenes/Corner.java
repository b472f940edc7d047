package io.cropvqa.evaluation.scenes;

import java.util.Locale;

/** Corners of a scene. */
enum Corner {
  TOP_LEFT,
  TOP_RIGHT,
  BOTTOM_LEFT,
  BOTTOM_RIGHT;

  String words() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  int x() {
    return this == TOP_LEFT || this == BOTTOM_LEFT ? 0 : SceneGenerator.SIZE;
  }

  int y() {
    return this == TOP_LEFT || this == TOP_RIGHT ? 0 : SceneGenerator.SIZE;
  }

  /** The one pixel that is nothing but corner. */
  PixelBox pixel() {
    int left = Math.min(x(), SceneGenerator.SIZE - 1);
    int top = Math.min(y(), SceneGenerator.SIZE - 1);
    return new PixelBox(left, top, left + 1, top + 1);
  }
}
