package io.cropvqa.evaluation.scenes;

import java.awt.Color;
import java.util.Locale;
import java.util.Random;

/** Colours of the cards behind objects. */
public enum CardColor {
  RED(214, 40, 40),
  YELLOW(245, 210, 40),
  GREEN(50, 160, 60),
  BLUE(40, 90, 215),
  PURPLE(135, 50, 170),
  PINK(250, 150, 190),
  WHITE(245, 245, 245),
  BLACK(25, 25, 25),
  GRAY(128, 128, 128),
  BROWN(125, 75, 35);

  /** Most that a card's channel differs from its colour's. */
  static final int JITTER = 14;

  private final int red;
  private final int green;
  private final int blue;

  CardColor(int red, int green, int blue) {
    this.red = red;
    this.green = green;
    this.blue = blue;
  }

  /** The word for it in questions and answers. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** One card's shade of the colour. */
  Color shade(Random random) {
    return new Color(jittered(red, random), jittered(green, random), jittered(blue, random));
  }

  private static int jittered(int channel, Random random) {
    int shifted = channel + random.nextInt(2 * JITTER + 1) - JITTER;
    return Math.max(0, Math.min(255, shifted));
  }
}
