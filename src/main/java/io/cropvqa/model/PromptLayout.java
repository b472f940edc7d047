package io.cropvqa.model;

import io.cropvqa.model.layers.Positions;
import io.cropvqa.pruning.VisualLayout;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How a family writes images into a prompt. The default is one placeholder for each token of an
 * image, side by side, and positions that count text and images alike.
 */
public interface PromptLayout {

  /** Id of the placeholder that visual tokens take the place of. */
  int imageToken();

  /**
   * The ids of the prompt as the model reads it: what the reference's processor gives.
   *
   * @param ids of the chat template's text, one placeholder for each image
   * @param images in the order of their placeholders
   * @return a placeholder for each place of each image, in the order of places; between them may be
   *     text
   * @throws IllegalArgumentException if there aren't as many placeholders as images
   */
  default int[] expand(int[] ids, List<VisualLayout> images) {
    requirePlaceholders(ids, images.size());
    IntStream.Builder expanded = IntStream.builder();
    int next = 0;
    for (int id : ids) {
      if (id == imageToken()) {
        Arrays.stream(written(images.get(next++))).forEach(expanded);
      } else {
        expanded.add(id);
      }
    }
    return expanded.build().toArray();
  }

  /** The ids of one image: what its placeholder in the chat template's text becomes. */
  default int[] written(VisualLayout image) {
    int[] ids = new int[image.length()];
    Arrays.fill(ids, imageToken());
    return ids;
  }

  /**
   * Where the rows of the unpruned prompt stand.
   *
   * @param expanded ids of all rows
   */
  default Positions positions(int[] expanded, List<VisualLayout> images) {
    return Positions.text(1, 0, expanded.length);
  }

  private void requirePlaceholders(int[] ids, int images) {
    long placeholders = IntStream.of(ids).filter(id -> id == imageToken()).count();
    if (placeholders != images) {
      throw new IllegalArgumentException(
          "the chat template must put one image token (id %d) into the prompt for each of %d images, it put %d"
              .formatted(imageToken(), images, placeholders));
    }
  }
}
