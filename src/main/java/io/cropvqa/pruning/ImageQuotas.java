package io.cropvqa.pruning;

import io.cropvqa.domain.UnusableInputException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How the images of a question share its budget: in proportion to their tokens, but every image has
 * at least one. Shares are rounded down, and what that leaves goes token by token to the images
 * that lost most by it, the earlier of two that lost alike; what the smallest images have on top of
 * their shares is taken back from those that are farthest above theirs.
 *
 * <p>Worked example, images of 256, 64 and 4 tokens and a budget of 30: the shares are 23.70, 5.93
 * and 0.37. Rounded down, but for the last, they are 23, 5 and 1, and the one token left goes to
 * the second image: 23, 6 and 1.
 */
final class ImageQuotas {
  private final int[] tokens;
  private final int budget;
  private final long all;
  private final int[] quotas;

  private ImageQuotas(int[] tokens, int budget) {
    this.tokens = tokens;
    this.budget = budget;
    this.all = IntStream.of(tokens).asLongStream().sum();
    this.quotas = new int[tokens.length];
  }

  /**
   * @param images of a question, at least one
   * @param budget visual tokens of all images together
   * @return for each image its quota: all of its tokens if the budget is for all, else together as
   *     many as the budget
   * @throws UnusableInputException if there are more images than the budget has tokens
   */
  static int[] of(List<VisualLayout> images, int budget) {
    if (budget < images.size()) {
      throw new UnusableInputException(
          "options.visualTokens is %d for %d images, each of which needs at least one: raise it to %d"
              .formatted(budget, images.size(), images.size()));
    }
    int[] tokens = images.stream().mapToInt(VisualLayout::size).toArray();
    return budget >= IntStream.of(tokens).sum() ? tokens : new ImageQuotas(tokens, budget).shared();
  }

  private int[] shared() {
    Arrays.setAll(quotas, image -> (int) Math.max(1, (long) budget * tokens[image] / all));
    int left = budget - IntStream.of(quotas).sum();
    for (; left > 0; left--) {
      quotas[farthestBelow()]++;
    }
    for (; left < 0; left++) {
      quotas[farthestAbove()]--;
    }
    return quotas;
  }

  private int farthestBelow() {
    return range().boxed().min(Comparator.comparingLong(image -> -missing(image))).orElseThrow();
  }

  private int farthestAbove() {
    return range()
        .filter(image -> quotas[image] > 1)
        .boxed()
        .min(Comparator.comparingLong(this::missing))
        .orElseThrow();
  }

  private IntStream range() {
    return IntStream.range(0, tokens.length);
  }

  /** How far an image is below its share, where a token is worth N, the tokens of all images. */
  private long missing(int image) {
    return (long) budget * tokens[image] - quotas[image] * all;
  }
}
