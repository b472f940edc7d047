package io.cropvqa.tensor;

/**
 * Sines and cosines of a number at frequencies in geometric sequence: how a network is told where
 * something stands.
 */
public final class Waves {
  private final double[] frequencies;

  /**
   * @param count how many frequencies
   * @param first of the first wave, in radians per unit
   * @param last of the last wave
   */
  public Waves(int count, double first, double last) {
    frequencies = new double[count];
    for (int i = 0; i < count; i++) {
      frequencies[i] = count == 1 ? first : first * Math.pow(last / first, i / (count - 1.0));
    }
  }

  /** Sine and cosine of each frequency, one pair after another. */
  public float[] at(double place) {
    float[] pairs = new float[2 * frequencies.length];
    write(place, pairs, 0);
    return pairs;
  }

  /** Writes sine and cosine of each frequency, one pair after another. */
  public void write(double place, float[] into, int at) {
    for (int i = 0; i < frequencies.length; i++) {
      double angle = place * frequencies[i];
      into[at + 2 * i] = (float) Math.sin(angle);
      into[at + 2 * i + 1] = (float) Math.cos(angle);
    }
  }
}
