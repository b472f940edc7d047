package io.cropvqa.model;

import ai.djl.ndarray.NDArray;
import io.cropvqa.pruning.LayerView;
import io.cropvqa.pruning.TokenGroups;
import io.cropvqa.pruning.VisualLayout;
import java.util.Arrays;
import java.util.stream.IntStream;

/** What a pruning method sees of one sequence of the batch before a layer runs. */
final class PrunedSequence implements LayerView {
  private final RaggedBatch batch;
  private final int index;
  private final DecoderStack layers;
  private final int next;
  private final VisualLayout layout;
  private final int[] patchOfRow;
  private final int[] visualRows;

  /**
   * @param next the layer, of these, that runs next
   */
  PrunedSequence(RaggedBatch batch, int index, DecoderStack layers, int next) {
    this.batch = batch;
    this.index = index;
    this.layers = layers;
    this.next = next;
    this.layout = batch.sequences().get(index).pruning().layout();
    this.patchOfRow = batch.sequences().get(index).pending().patches();
    this.visualRows =
        IntStream.range(0, patchOfRow.length).filter(row -> patchOfRow[row] >= 0).toArray();
  }

  @Override
  public int[] patches() {
    return IntStream.of(visualRows).map(row -> patchOfRow[row]).toArray();
  }

  @Override
  public int[] visualRows() {
    return visualRows.clone();
  }

  @Override
  public NDArray states() {
    return batch.rowsOf(index, batch.hidden());
  }

  @Override
  public NDArray attention(int... rows) {
    return layers.attentionOf(batch, index, rows, next);
  }

  /** The rows that go on when these visual ones do: they, all text, and the ends of their rows. */
  TokenGroups rowsWith(TokenGroups keptVisual) {
    int[] patches =
        IntStream.of(keptVisual.anchors()).map(i -> patchOfRow[visualRows[i]]).toArray();
    int[] ends = layout.rowEndsOf(patches);
    int[] others =
        IntStream.range(0, patchOfRow.length)
            .filter(row -> goesOn(patchOfRow[row], ends))
            .toArray();
    return keptVisual.renumbered(visualRows).and(TokenGroups.singletons(others));
  }

  private static boolean goesOn(int patch, int[] rowEnds) {
    return patch == Prompt.TEXT
        || patch < 0 && Arrays.binarySearch(rowEnds, Prompt.placeOfRowEnd(patch)) >= 0;
  }
}
