package io.cropvqa.training;

import java.util.Random;

/** Chance that a seed and what it is used for decide, and nothing else. */
public final class Seeds {
  private Seeds() {}

  /**
   * @param use number of a step, or a hash of a name
   */
  public static Random random(long seed, long use) {
    long mixed = seed + use * 0x9E3779B97F4A7C15L; // as in SplitMix64
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return new Random(mixed ^ (mixed >>> 31));
  }
}
