package io.cropvqa.model;

import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;

/** Chooses the next token from its logits: the likeliest, or one drawn by temperature and top-p. */
public final class Sampler {
  /**
   * How tokens are chosen.
   *
   * @param temperature 0 is greedy; 1 draws from the model's own distribution
   * @param topP draws only from the likeliest tokens that together reach this probability, in (0,
   *     1]
   * @param seed the same seed draws the same tokens
   */
  public record Settings(double temperature, double topP, long seed) {
    public static final Settings GREEDY = new Settings(0, 1, 0);

    public Settings {
      if (!(temperature >= 0)) {
        throw new IllegalArgumentException(
            "crop.generation.temperature must be at least 0, got " + temperature);
      }
      if (!(topP > 0 && topP <= 1)) {
        throw new IllegalArgumentException("crop.generation.top-p must be in (0, 1], got " + topP);
      }
    }
  }

  private final Settings settings;
  private final Random random;

  public Sampler(Settings settings) {
    this.settings = settings;
    this.random = new Random(settings.seed());
  }

  /**
   * @param logits [V]
   * @throws IllegalStateException if they are no numbers to choose by
   */
  public int next(float[] logits) {
    int likeliest = argMax(logits);
    if (!Float.isFinite(logits[likeliest])) {
      throw new IllegalStateException(
          "the model's best logit is %s: with crop.dtype=float16 try bfloat16 or float32"
              .formatted(logits[likeliest]));
    }
    return settings.temperature() == 0 ? likeliest : draw(weights(logits, logits[likeliest]));
  }

  /** The index of the largest logit; of equal ones the first, as in the reference. */
  public static int argMax(float[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      if (logits[i] > logits[best]) {
        best = i;
      }
    }
    return best;
  }

  private int draw(double[] weights) {
    double total = 0;
    for (double weight : weights) {
      total += weight;
    }
    // All that are less likely than this come to less than what top-p leaves out.
    double least = (1 - settings.topP()) * total / weights.length;
    int[] likeliestFirst =
        IntStream.range(0, weights.length)
            .filter(token -> weights[token] >= least)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer token) -> -weights[token]))
            .mapToInt(Integer::intValue)
            .toArray();
    double nucleus = 0;
    int size = 0;
    while (size < likeliestFirst.length && nucleus < settings.topP() * total) {
      nucleus += weights[likeliestFirst[size++]];
    }
    double left = random.nextDouble() * nucleus;
    for (int i = 0; i < size; i++) {
      left -= weights[likeliestFirst[i]];
      if (left < 0) {
        return likeliestFirst[i];
      }
    }
    return likeliestFirst[size - 1];
  }

  private double[] weights(float[] logits, float largest) {
    double[] weights = new double[logits.length];
    for (int i = 0; i < logits.length; i++) {
      weights[i] = Math.exp((logits[i] - largest) / settings.temperature());
    }
    return weights;
  }
}
