package io.cropvqa.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.domain.ImageBox;
import io.cropvqa.model.layers.Positions;
import io.cropvqa.model.layers.RotaryEmbedding;
import io.cropvqa.pruning.PatchGrid;
import io.cropvqa.pruning.QuestionPruning;
import io.cropvqa.pruning.TokenGroups;
import io.cropvqa.pruning.VisualLayout;
import io.cropvqa.tensor.NumberType;
import io.cropvqa.tensor.Torch;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The class's worked example: a prompt of 5 tokens and two sequences that decode. */
class RaggedBatchTest {
  private static final VisualLayout LAYOUT =
      VisualLayout.of(new PatchGrid(1, 3, new ImageBox(0, 0, 1, 1)));

  private static final RotaryEmbedding ROTARY =
      new RotaryEmbedding(new RopeParameters(10_000).frequencies(2));

  private NDManager step;
  private Sequence prompt;
  private Sequence first;
  private Sequence second;
  private RaggedBatch batch;

  @BeforeEach
  void build() {
    step = Torch.open(Device.cpu());
    prompt = sequence(new int[] {0, 1, 2, 3, 4}, new int[] {Prompt.TEXT, 0, 1, 2, Prompt.TEXT});
    first = decoding(20);
    second = decoding(30);
    NDArray hidden = step.create(new float[] {0, 1, 2, 3, 4, 20, 30}, new Shape(7, 1));
    batch = new RaggedBatch(List.of(prompt, first, second), hidden, ROTARY);
  }

  private Sequence sequence(int[] positions, int[] patches) {
    NDManager memory = step.newSubManager();
    NDArray embeddings = memory.zeros(new Shape(positions.length, 1));
    Prompt rows =
        new Prompt(
            embeddings, Positions.of(positions), patches, positions[positions.length - 1] + 1);
    KvCache cache = new KvCache(memory, 2, new Shape(1, 1), NumberType.FLOAT32, 99);
    return new Sequence(memory, 2, cache, rows, QuestionPruning.none(LAYOUT));
  }

  private Sequence decoding(int position) {
    Sequence sequence = sequence(new int[] {position - 1}, new int[] {Prompt.TEXT});
    sequence.endStep();
    sequence.append(9);
    return sequence;
  }

  @AfterEach
  void close() {
    step.close();
  }

  @Test
  void rowsLieOneAfterAnother() {
    assertThat(rowsOf(0)).containsExactly(0, 1, 2, 3, 4);
    assertThat(rowsOf(1)).containsExactly(20);
    assertThat(rowsOf(2)).containsExactly(30);
    assertThat(batch.lastRows(new int[] {1, 1, 1}).toFloatArray()).containsExactly(4, 20, 30);
    assertThat(batch.lastRows(new int[] {3, 0, 1}).toFloatArray()).containsExactly(2, 3, 4, 30);
    assertAnglesOf(0, 1, 2, 3, 4, 20, 30);
  }

  @Test
  void droppedRowsCloseTheRanks() {
    cache(prompt, 5);
    cache(first, 4);
    cut(TokenGroups.singletons(new int[] {0, 2, 4}), 1);
    assertThat(batch.hidden().toFloatArray()).containsExactly(0, 2, 4, 20, 30);
    assertThat(rowsOf(0)).containsExactly(0, 2, 4);
    assertThat(rowsOf(1)).containsExactly(20);
    assertThat(rowsOf(2)).containsExactly(30);
    assertThat(batch.lastRows(new int[] {1, 1, 1}).toFloatArray()).containsExactly(4, 20, 30);
    assertThat(prompt.pending().positions()).isEqualTo(Positions.of(0, 2, 4));
    assertThat(prompt.pending().patches()).containsExactly(Prompt.TEXT, 1, Prompt.TEXT);
    assertThat(prompt.keptPatches()).containsExactly(1);
    assertAnglesOf(0, 2, 4, 20, 30);
  }

  /** Only the pruned sequence's keys, and only in layers it has passed. */
  @Test
  void passedLayersForgetWhatIsDropped() {
    cache(prompt, 5);
    cache(first, 4);
    cut(TokenGroups.singletons(new int[] {0, 2, 4}), 1);
    assertThat(prompt.cache().length(0)).isEqualTo(3);
    assertThat(keys(prompt, 0)).containsExactly(0, 2, 4);
    assertThat(values(prompt, 0)).containsExactly(10, 12, 14);
    assertThat(keys(prompt, 1)).containsExactly(0, 1, 2, 3, 4);
    assertThat(prompt.cache().length(1)).isEqualTo(5);
    assertThat(first.cache().length(0)).isEqualTo(4);
  }

  /** What is left of the keys goes on growing. */
  @Test
  void passedLayersHaveRoomForWhatIsGenerated() {
    cache(prompt, 5);
    cut(TokenGroups.singletons(new int[] {0, 2, 4}), 2);
    NDArray kept = prompt.cache().keysAndValues(1);
    prompt.cache().reserve(1, 1);
    assertThat(prompt.cache().keysAndValues(1)).isSameAs(kept);
    assertThat(keys(prompt, 1)).containsExactly(0, 2, 4);
  }

  /** So what is computed of the rows that a layer holds is computed once for all of them. */
  @Test
  void layersThatHoldTheSameRowsShareWhatIsKnownOfThem() {
    cache(prompt, 5);
    prompt.recordLayers(0, 1);
    cut(TokenGroups.singletons(new int[] {0, 2, 4}), 1);
    prompt.recordLayers(1, 2);
    prompt.endStep();
    assertThat(prompt.rowsOf(0)).isSameAs(prompt.rowsOf(1));
    assertThat(prompt.rowsOf(0).count()).isEqualTo(3);
  }

  @Test
  void passedLayersKeepTheMeanOfWhatIsMerged() {
    cache(prompt, 5);
    List<int[]> members = List.of(new int[] {0}, new int[] {1, 3}, new int[] {4});
    cut(TokenGroups.of(members, List.of(0, 1, 4)), 2);
    assertThat(prompt.cache().length(1)).isEqualTo(3);
    assertThat(keys(prompt, 0)).containsExactly(0, 2, 4);
    assertThat(values(prompt, 1)).containsExactly(10, 12, 14);
  }

  /** Of the one head. */
  private static float[] keys(Sequence sequence, int layer) {
    float[] all = sequence.cache().keysAndValues(layer).toFloatArray();
    return Arrays.copyOf(all, sequence.cache().length(layer));
  }

  private static float[] values(Sequence sequence, int layer) {
    float[] all = sequence.cache().keysAndValues(layer).toFloatArray();
    int capacity = all.length / 2;
    return Arrays.copyOfRange(all, capacity, capacity + sequence.cache().length(layer));
  }

  @Test
  void otherSequencesCanBePrunedToo() {
    cut(TokenGroups.singletons(new int[] {4}), 0);
    assertThat(batch.hidden().toFloatArray()).containsExactly(4, 20, 30);
    assertThat(rowsOf(2)).containsExactly(30);
  }

  /** Several sequences may lose rows before the same layer, each its own. */
  @Test
  void sequencesArePrunedTogetherAsEachAlone() {
    Sequence other = sequence(new int[] {7, 8, 9}, new int[] {Prompt.TEXT, 0, 1});
    RaggedBatch both =
        new RaggedBatch(
            List.of(other, first, prompt),
            step.create(new float[] {7, 8, 9, 20, 0, 1, 2, 3, 4}, new Shape(9, 1)),
            ROTARY);
    List<int[]> members = List.of(new int[] {0}, new int[] {1, 3}, new int[] {4});
    both.merge(
        List.of(
            new RaggedBatch.Cut(0, TokenGroups.singletons(new int[] {0, 2}), 0),
            new RaggedBatch.Cut(2, TokenGroups.of(members, List.of(0, 1, 4)), 0)));
    assertThat(both.hidden().toFloatArray()).containsExactly(7, 9, 20, 0, 2, 4);
    assertThat(other.pending().positions()).isEqualTo(Positions.of(7, 9));
    assertThat(prompt.pending().positions()).isEqualTo(Positions.of(0, 1, 4));
    assertThat(both.rowsOf(2, both.hidden()).toFloatArray()).containsExactly(0, 2, 4);
  }

  /** Cuts the prompt's rows. */
  private void cut(TokenGroups groups, int passedLayers) {
    batch.merge(List.of(new RaggedBatch.Cut(0, groups, passedLayers)));
  }

  /**
   * Keys and values of so many tokens in both layers; token i has the key i and the value 10 + i.
   */
  private void cache(Sequence sequence, int tokens) {
    float[] both = new float[2 * tokens];
    IntStream.range(0, both.length).forEach(i -> both[i] = i < tokens ? i : 10 + i - tokens);
    for (int layer = 0; layer < 2; layer++) {
      NDArray rows = step.create(both, new Shape(2, 1, tokens, 1));
      KvCache cache = sequence.cache();
      cache.reserve(layer, tokens);
      NDIndex first = new NDIndex().addAllDim().addAllDim().addSliceDim(0, tokens);
      cache.keysAndValues(layer).set(first, rows);
      cache.extend(layer, tokens);
    }
  }

  private float[] rowsOf(int index) {
    return batch.rowsOf(index, batch.hidden()).toFloatArray();
  }

  private void assertAnglesOf(int... positions) {
    float[] expected =
        new RotaryEmbedding(new RopeParameters(10_000).frequencies(2))
            .at(Positions.of(positions), step)
            .cos()
            .toFloatArray();
    assertThat(batch.angles().cos().toFloatArray()).isEqualTo(expected);
  }
}
