package io.cropvqa.training;

import ai.djl.ndarray.NDManager;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.pruning.VisualTokens;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * All pictures of a training, encoded once by a frozen model and kept in memory. Every tenth is
 * held out: nothing is learned from it.
 *
 * @param <P> a picture with the questions about it
 * @param training pictures to learn from
 * @param heldOut pictures to judge by
 */
public record EncodedPictures<P>(List<P> training, List<P> heldOut) {
  private static final int HELD_OUT = 10;

  /** Told how many pictures are encoded. */
  @FunctionalInterface
  public interface Listener {
    void encoded(int done, int all);
  }

  /** Keeps what a training needs of a picture. */
  @FunctionalInterface
  public interface Keeper<Q, P> {

    /**
     * @param tokens gone after this
     */
    P keep(RgbImage image, VisualTokens tokens, List<Q> questions);
  }

  /**
   * @param questions about each picture, by its name
   * @param bytes that a kept picture takes
   * @param maxBytes that all of them may take together
   * @throws IllegalArgumentException if there are fewer than two pictures, or more than fit
   */
  public static <Q, P> EncodedPictures<P> encode(
      VisionLanguageModel model,
      Map<String, List<Q>> questions,
      Pictures pictures,
      Keeper<Q, P> keeper,
      ToLongFunction<P> bytes,
      long maxBytes,
      Listener listener)
      throws IOException {
    int all = questions.size();
    if (all < 2) {
      throw new IllegalArgumentException(
          "a training needs questions about at least 2 pictures, the data set has %d: one is held out"
              .formatted(all));
    }
    List<P> training = new ArrayList<>();
    List<P> heldOut = new ArrayList<>();
    int done = 0;
    for (Map.Entry<String, List<Q>> entry : questions.entrySet()) {
      P picture;
      try (NDManager scope = model.newScope()) {
        RgbImage image = pictures.get(entry.getKey());
        picture = keeper.keep(image, model.encode(image, scope), entry.getValue());
      }
      requireRoom(bytes.applyAsLong(picture), all, maxBytes);
      boolean last = done == all - 1;
      boolean held = done % HELD_OUT == HELD_OUT - 1 || last && heldOut.isEmpty();
      (held ? heldOut : training).add(picture);
      listener.encoded(++done, all);
    }
    return new EncodedPictures<>(training, heldOut);
  }

  private static void requireRoom(long bytes, int pictures, long maxBytes) {
    if (bytes * pictures > maxBytes) {
      throw new IllegalArgumentException(
          "the visual tokens of %d pictures take %d MiB, --memory is %d: give more, or at most %d pictures"
              .formatted(pictures, (bytes * pictures >> 20) + 1, maxBytes >> 20, maxBytes / bytes));
    }
  }
}
