package io.cropvqa.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.model.layers.Positions;
import io.cropvqa.model.layers.RotaryEmbedding;
import io.cropvqa.model.layers.SelfAttention;
import io.cropvqa.pruning.TokenGroups;
import io.cropvqa.tensor.FusedLayers;
import io.cropvqa.tensor.TorchOps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
  private final NDArray causal; // empty: no mask but the causal one
  private final AttentionBias calibration;
  private final Map<PromptRows, NDArray> biases = new IdentityHashMap<>();
  private int layer;
  private Positions positions;
  private RotaryEmbedding.Angles angles;

  /**
   * @param hidden the sequences' pending rows, [T, D], owned by the step
   */
  RaggedBatch(List<Sequence> sequences, NDArray hidden, RotaryEmbedding rotary) {
    this.sequences = sequences;
    this.rotary = rotary;
    this.step = hidden.getManager();
    this.hidden = hidden;
    this.causal = step.create(new Shape(0));
    this.calibration = new AttentionBias(rotary);
    enter(0);
  }

  /** Says which layer comes next: its numbering may be its own. */
  void enter(int next) {
    layer = next;
    Positions now =
        Positions.joined(sequences.stream().map(sequence -> sequence.positions(next)).toList());
    if (!now.equals(positions)) {
      positions = now;
      angles = rotary.at(now, step);
    }
  }

  List<Sequence> sequences() {
    return sequences;
  }

  /** [T, D]. */
  NDArray hidden() {
    return hidden;
  }

  /** Puts what a layer made in the place of what it read, which is freed. */
  void hidden(NDArray next) {
    hidden.close();
    hidden = next;
  }

  /** Rotary angles of every row. */
  RotaryEmbedding.Angles angles() {
    return angles;
  }

  /**
   * What one sequence's pending rows add to their attention logits in this layer, causal mask
   * included: [T, Tk]. Empty where all of the image is there and nothing is added.
   */
  Optional<NDArray> biasOf(int index) {
    Sequence sequence = sequences.get(index);
    if (!sequence.isCalibrated(layer)) {
      return Optional.empty();
    }
    PromptRows keys = sequence.rowsOf(layer); // the same for all layers between two cuts
    return Optional.of(biases.computeIfAbsent(keys, rows -> bias(sequence, rows)));
  }

  private NDArray bias(Sequence sequence, PromptRows keys) {
    Positions queries = sequence.positions(layer);
    int held = sequence.cache().length(layer) + sequence.rows();
    int[] lastKey = IntStream.range(held - queries.count(), held).toArray();
    float[] bias = calibration.of(keys, held, queries, lastKey);
    return step.create(bias, new Shape(queries.count(), held));
  }

  /**
   * Like {@link #biasOf(int)}, for some rows of a prompt that the layer has not seen yet, and
   * always there: [rows, T].
   */
  NDArray biasOf(int index, int[] rows) {
    Sequence sequence = sequences.get(index);
    int keys = sequence.rows();
    float[] bias =
        sequence.isCalibrated(layer)
            ? calibration.of(sequence.pending(), keys, sequence.positions(layer).pick(rows), rows)
            : SelfAttention.causalMask(rows, keys);
    return step.create(bias, new Shape(rows.length, keys));
  }

  /**
   * What layers from one up to another take of the sequences: angles, what is held of each with
   * room for the pending rows, and what masks those rows' attention to all of it.
   */
  FusedLayers.Ragged run(int from, int to) {
    List<NDArray> cos = new ArrayList<>();
    List<NDArray> sin = new ArrayList<>();
    List<NDArray> cached = new ArrayList<>();
    List<NDArray> masks = new ArrayList<>();
    long[] rows = sequences.stream().mapToLong(Sequence::rows).toArray();
    long[] held = new long[(to - from) * rows.length];
    for (int next = from; next < to; next++) {
      enter(next);
      cos.add(angles.cos());
      sin.add(angles.sin());
      for (int i = 0; i < rows.length; i++) {
        KvCache cache = sequences.get(i).cache();
        cache.reserve(layer, (int) rows[i]);
        held[cached.size()] = cache.length(layer);
        cached.add(cache.keysAndValues(layer));
        masks.add(biasOf(i).orElse(causal));
      }
    }
    return new FusedLayers.Ragged(cos, sin, cached, held, rows, masks);
  }

  /** Counts the pending rows among those that the sequences hold of some layers. */
  void extendKeysAndValues(int from, int to) {
    for (Sequence sequence : sequences) {
      for (int each = from; each < to; each++) {
        sequence.cache().extend(each, sequence.rows());
      }
    }
  }

  /** Numbers of rows, [n] int64. */
  NDArray indices(int[] rows) {
    return step.create(IntStream.of(rows).asLongStream().toArray());
  }

  NDManager step() {
    return step;
  }

  /** The rows of one sequence in an array of all rows, as a view. */
  NDArray rowsOf(int index, NDArray all) {
    int start = start(index);
    int end = start + sequences.get(index).rows();
    return sequences.size() == 1 ? all : TorchOps.slice(all, 0, start, end);
  }

  private int start(int index) {
    return sequences.subList(0, index).stream().mapToInt(Sequence::rows).sum();
  }

  /**
   * The last rows of each sequence, one sequence after another.
   *
   * @param counts how many of each
   * @return [sum of counts, D]
   */
  NDArray lastRows(int[] counts) {
    int asked = IntStream.of(counts).sum();
    if (asked == hidden.size(0)) {
      return hidden;
    }
    long[] last = new long[asked];
    int end = 0;
    int next = 0;
    for (int i = 0; i < counts.length; i++) {
      end += sequences.get(i).rows();
      for (int row = end - counts[i]; row < end; row++) {
        last[next++] = row;
      }
    }
    return TorchOps.rows(step.create(last), hidden);
  }

  /**
   * What becomes of one sequence's rows before a layer.
   *
   * @param index which sequence of the batch
   * @param groups rows of that sequence; those in none are dropped
   * @param passedLayers layers whose keys and values are merged too; 0 leaves them all
   */
  record Cut(int index, TokenGroups groups, int passedLayers) {}

  /**
   * The one place where tokens leave: each group of a sequence's rows goes on as one, the mean of
   * its members in its anchor's place. What follows from that is done here too: positions and
   * patches, and the keys and values of layers that the sequence already passed.
   *
   * @param cuts of sequences each its own, at least one
   */
  void merge(List<Cut> cuts) {
    NDArray[] parts = new NDArray[sequences.size()];
    Arrays.setAll(parts, i -> rowsOf(i, hidden));
    for (Cut cut : cuts) {
      parts[cut.index] = cut.groups.mean(parts[cut.index], step);
    }
    hidden(TorchOps.joined(new NDList(parts)));
    for (Cut cut : cuts) {
      sequences.get(cut.index).merge(cut.groups, cut.passedLayers, step);
    }
    enter(layer);
  }
}
