package io.cropvqa.model;

import ai.djl.ndarray.NDArray;
import io.cropvqa.pruning.LayerView;
import io.cropvqa.pruning.TokenGroups;
import java.util.stream.IntStream;

/** What a pruning method sees of one sequence of the batch before a layer runs. */
final class PrunedSequence implements LayerView {
  private final RaggedBatch batch;
  private final int index;
  private final DecoderLayer next;
  private final int[] patchOfRow;
  private final int[] visualRows;

  PrunedSequence(RaggedBatch batch, int index, DecoderLayer next) {
    this.batch = batch;
    this.index = index;
    this.next = next;
    this.patchOfRow = batch.sequences().get(index).pending().patches();
    this.visualRows =
        IntStream.range(0, patchOfRow.length)
            .filter(row -> patchOfRow[row] != Prompt.TEXT)
            .toArray();
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
    return next.attentionOf(batch, index, rows);
  }

  /** The rows that go on when these visual ones do: they and all text. */
  TokenGroups rowsWith(TokenGroups keptVisual) {
    int[] text =
        IntStream.range(0, patchOfRow.length)
            .filter(row -> patchOfRow[row] == Prompt.TEXT)
            .toArray();
    return keptVisual.renumbered(visualRows).and(TokenGroups.singletons(text));
  }
}
