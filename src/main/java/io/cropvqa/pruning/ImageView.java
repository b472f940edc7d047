package io.cropvqa.pruning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.cropvqa.tensor.TorchOps;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A sequence between two layers as if its prompt had one image: rows that show another are not
 * there, and patches are named as the image alone names them. So a method needs to know nothing of
 * other images. Attention to rows that are not there is left out, so that what is left of a row's
 * may add up to less than 1.
 *
 * <p>Worked example, rows {@code t a0 a1 t b0 b1 t} of two images a and b and text t: the view of b
 * has the rows {@code t t b0 b1 t}, its visual rows are 2 and 3, and their patches 0 and 1.
 */
final class ImageView implements LayerView {
  private final LayerView all;
  private final int firstPlace;
  private final int[] tokens; // of the image, as indices into the patches of all
  private final int[] rows; // of all, those that are there
  private NDArray states;

  /**
   * @param all the whole sequence
   * @param firstPlace of the image among those of all images
   * @param length places of the image
   */
  ImageView(LayerView all, int firstPlace, int length) {
    this.all = all;
    this.firstPlace = firstPlace;
    int[] places = all.patches();
    this.tokens =
        IntStream.range(0, places.length)
            .filter(i -> firstPlace <= places[i] && places[i] < firstPlace + length)
            .toArray();
    int[] visual = all.visualRows();
    int[] own = visualRowsOfAll();
    this.rows =
        IntStream.range(0, (int) all.states().getShape().get(0))
            .filter(
                row -> Arrays.binarySearch(visual, row) < 0 || Arrays.binarySearch(own, row) >= 0)
            .toArray();
  }

  /** The image's tokens, as indices into the patches of the whole sequence. */
  int[] tokens() {
    return tokens;
  }

  private int[] visualRowsOfAll() {
    int[] visual = all.visualRows();
    return IntStream.of(tokens).map(token -> visual[token]).toArray();
  }

  private boolean isAlone() {
    return tokens.length == all.patches().length;
  }

  @Override
  public int[] patches() {
    int[] places = all.patches();
    return IntStream.of(tokens).map(token -> places[token] - firstPlace).toArray();
  }

  @Override
  public int[] visualRows() {
    return IntStream.of(visualRowsOfAll()).map(row -> Arrays.binarySearch(rows, row)).toArray();
  }

  @Override
  public NDArray states() {
    if (states == null) {
      states = isAlone() ? all.states() : picked(all.states());
    }
    return states;
  }

  @Override
  public NDArray attention(int... queries) {
    NDArray attention = all.attention(IntStream.of(queries).map(row -> rows[row]).toArray());
    return isAlone() ? attention : picked(attention.transpose()).transpose();
  }

  /** Those of an array's rows that are there: [T, ...] to [rows, ...]. */
  private NDArray picked(NDArray ofAll) {
    NDManager step = ofAll.getManager();
    return TorchOps.rows(step.create(IntStream.of(rows).asLongStream().toArray()), ofAll);
  }
}
