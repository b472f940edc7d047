package io.cropvqa.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.cropvqa.model.layers.RotaryEmbedding;
import io.cropvqa.tensor.TorchOps;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The running sequences' pending tokens, one after another: [T, D]. Sequences that prefill and
 * sequences that decode are the same to it.
 *
 * <p>Worked example: a prompt of 5 tokens and two decoding sequences are rows 0-4, 5 and 6. After
 * pruning leaves 3 of the prompt's tokens they are rows 0-2, 3 and 4.
 */
public final class RaggedBatch {
  private final List<Sequence> sequences;
  private final RotaryEmbedding rotary;
  private final NDManager step;
  private NDArray hidden;
  private RotaryEmbedding.Angles angles;

  /**
   * @param hidden the sequences' pending rows, [T, D], owned by the step
   */
  RaggedBatch(List<Sequence> sequences, NDArray hidden, RotaryEmbedding rotary) {
    this.sequences = sequences;
    this.rotary = rotary;
    this.step = hidden.getManager();
    this.hidden = hidden;
    this.angles = anglesOfRows();
  }

  private RotaryEmbedding.Angles anglesOfRows() {
    int[] positions =
        sequences.stream().flatMapToInt(sequence -> IntStream.of(sequence.positions())).toArray();
    return rotary.at(positions, step);
  }

  List<Sequence> sequences() {
    return sequences;
  }

  /** [T, D]. */
  NDArray hidden() {
    return hidden;
  }

  void hidden(NDArray next) {
    hidden = next;
  }

  /** Rotary angles of every row. */
  RotaryEmbedding.Angles angles() {
    return angles;
  }

  /** Rotary angles of one sequence's rows. */
  RotaryEmbedding.Angles anglesOf(int index) {
    return rotary.at(sequences.get(index).positions(), step);
  }

  /** Rotary angles of some of one sequence's rows. */
  RotaryEmbedding.Angles anglesOf(int index, int[] rows) {
    int[] positions = sequences.get(index).positions();
    return rotary.at(IntStream.of(rows).map(row -> positions[row]).toArray(), step);
  }

  /** Some rows of an array, copied. */
  NDArray pick(int[] rows, NDArray all) {
    return TorchOps.rows(step.create(IntStream.of(rows).asLongStream().toArray()), all);
  }

  NDManager step() {
    return step;
  }

  /** The rows of one sequence in an array of all rows, as a view. */
  NDArray rowsOf(int index, NDArray all) {
    int start = start(index);
    int end = start + sequences.get(index).rows();
    return sequences.size() == 1 ? all : all.get(start + ":" + end);
  }

  private int start(int index) {
    return sequences.subList(0, index).stream().mapToInt(Sequence::rows).sum();
  }

  /** The last row of each sequence: [S, D]. */
  NDArray lastRows() {
    long[] last = new long[sequences.size()];
    int end = 0;
    for (int i = 0; i < last.length; i++) {
      end += sequences.get(i).rows();
      last[i] = end - 1;
    }
    return TorchOps.rows(step.create(last), hidden);
  }

  /**
   * The one place where tokens leave: some rows of one sequence go on, and its hidden states,
   * positions and patches are cut to them, and so are the keys and values of layers it already
   * passed.
   *
   * @param kept rows of that sequence, ascending
   * @param passedLayers layers whose keys and values are cut too; 0 leaves them all
   */
  void keep(int index, int[] kept, int passedLayers) {
    NDList parts = new NDList(sequences.size());
    for (int i = 0; i < sequences.size(); i++) {
      NDArray rows = rowsOf(i, hidden);
      parts.add(i == index ? pick(kept, rows) : rows);
    }
    hidden = concat(parts);
    Sequence sequence = sequences.get(index);
    sequence.keepRows(kept);
    NDArray rows = step.create(IntStream.of(kept).asLongStream().toArray());
    for (int layer = 0; layer < passedLayers; layer++) {
      sequence.cache().keep(layer, rows);
    }
    angles = anglesOfRows();
  }

  /** Rows of several arrays, one after another. */
  static NDArray concat(NDList parts) {
    return parts.size() == 1
        ? parts.get(0)
        : parts.get(0).getNDArrayInternal().concat(parts.subNDList(1), 0);
  }
}
