package io.cropvqa.model;

import io.cropvqa.model.layers.Positions;
import io.cropvqa.pruning.VisualLayout;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How a family writes an image into a prompt. The default is one placeholder for each token of the
 * image, side by side, and positions that count text and image alike.
 */
public interface PromptLayout {

  /** Id of the placeholder that visual tokens take the place of. */
  int imageToken();

  /**
   * The ids of the prompt as the model reads it: what the reference's processor gives.
   *
   * @param ids of the chat template's text, one placeholder for the image
   * @return a placeholder for each place of the layout, in the order of places; between them may be
   *     text
   * @throws IllegalArgumentException if there isn't exactly one placeholder
   */
  default int[] expand(int[] ids, VisualLayout image) {
    int at = placeholder(ids);
    int[] expanded = new int[ids.length - 1 + image.length()];
    System.arraycopy(ids, 0, expanded, 0, at);
    Arrays.fill(expanded, at, at + image.length(), imageToken());
    System.arraycopy(ids, at + 1, expanded, at + image.length(), ids.length - at - 1);
    return expanded;
  }

  /**
   * Where the rows of the unpruned prompt stand.
   *
   * @param expanded ids of all rows
   */
  default Positions positions(int[] expanded, VisualLayout image) {
    return Positions.text(1, 0, expanded.length);
  }

  /**
   * Where the chat template put the image.
   *
   * @throws IllegalArgumentException if not in exactly one place
   */
  default int placeholder(int[] ids) {
    int[] places = IntStream.range(0, ids.length).filter(i -> ids[i] == imageToken()).toArray();
    if (places.length != 1) {
      throw new IllegalArgumentException(
          "the chat template must put one image token (id %d) into the prompt, it put %d"
              .formatted(imageToken(), places.length));
    }
    return places[0];
  }
}
