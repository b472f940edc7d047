package io.cropvqa.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.model.layers.Linear;
import io.cropvqa.model.layers.RmsNorm;
import io.cropvqa.model.layers.RotaryEmbedding;
import io.cropvqa.model.weights.WeightSource;
import io.cropvqa.pruning.QuestionPruning;
import io.cropvqa.pruning.TokenGroups;
import io.cropvqa.tensor.NumberType;
import io.cropvqa.tensor.TorchOps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A Llama-style decoder. {@link #step} is the whole of it: prompts and single tokens of any number
 * of sequences go through the layers as one ragged batch, and prompts lose visual tokens between
 * layers as their pruning says. Source: transformers, {@code LlamaModel}.
 *
 * <p>Safe for use by many threads, each with sequences of its own.
 */
public final class LanguageModel {
  private final NDManager root;
  private final LanguageModelConfig config;
  private final NumberType type;
  private final NDArray embedTokens; // [V, D]
  private final DecoderStack layers;
  private final RmsNorm norm;
  private final Linear lmHead; // [V, D]
  private final RotaryEmbedding rotary;

  /**
   * @param prefix of the decoder's weights, such as {@code model.language_model}
   * @param head name of the output weights, where they are not the word embeddings
   * @param type how the weights of linear layers are held
   */
  public LanguageModel(
      NDManager root,
      LanguageModelConfig config,
      WeightSource weights,
      String prefix,
      String head,
      NumberType type) {
    this.root = root;
    this.config = config;
    this.type = type;
    int vocabulary = config.vocabSize();
    int hidden = config.hiddenSize();
    embedTokens = weights.matrix(prefix + ".embed_tokens.weight", vocabulary, hidden);
    layers = new DecoderStack(config, weights, prefix + ".layers", type);
    norm = RmsNorm.read(weights, prefix + ".norm", hidden, config.rmsNormEps());
    lmHead =
        config.tieWordEmbeddings()
            ? new Linear(embedTokens, null)
            : Linear.read(weights, head, hidden, vocabulary, false);
    rotary = config.rope().embedding(config.headDim());
  }

  /** Bytes that its weights take less than those of its source. */
  long bytesSaved() {
    return layers.bytesSaved();
  }

  public LanguageModelConfig config() {
    return config;
  }

  /** Bytes that keys and values of so many tokens take in all layers. */
  public long kvCacheBytes(long tokens) {
    return config.kvCacheBytes(tokens) / NumberType.FLOAT32.bytes() * type.bytes();
  }

  /**
   * Word embeddings: [T, D], owned by {@code memory}.
   *
   * @throws IllegalArgumentException for an id outside the vocabulary
   */
  public NDArray embed(int[] ids, NDManager memory) {
    for (int id : ids) {
      if (id < 0 || id >= config.vocabSize()) {
        throw new IllegalArgumentException(
            "token id %d is outside the vocabulary of %d".formatted(id, config.vocabSize()));
      }
    }
    NDArray index = memory.create(IntStream.of(ids).asLongStream().toArray());
    NDArray rows = TorchOps.rows(index, embedTokens);
    return type.isHalf() ? TorchOps.converted(rows, NumberType.FLOAT32) : rows;
  }

  /** A new sequence that may grow by any number of tokens. */
  public Sequence sequence(Prompt prompt, QuestionPruning pruning) {
    return sequence(prompt, pruning, Integer.MAX_VALUE);
  }

  /**
   * A new sequence whose prompt goes in with its first step; whoever asks for it closes it.
   *
   * @param prompt its embeddings are taken over
   * @param newTokens most that follow the prompt
   */
  public Sequence sequence(Prompt prompt, QuestionPruning pruning, int newTokens) {
    NDManager memory = root.newSubManager();
    prompt.embeddings().attach(memory);
    Shape row = new Shape(config.numKeyValueHeads(), config.headDim());
    KvCache cache = new KvCache(memory, layers.size(), row, type, newTokens);
    return new Sequence(memory, layers.size(), cache, prompt, pruning);
  }

  /**
   * Takes every sequence one step on: its prompt, or its newest token, through all layers.
   *
   * @return logits of the token that comes next, [S][V]
   */
  public float[][] step(List<Sequence> sequences) {
    int[] one = new int[sequences.size()];
    Arrays.fill(one, 1);
    try (NDManager step = root.newSubManager()) {
      return rows(step(sequences, one, step));
    }
  }

  /**
   * Like {@link #step(List)}, with the logits of more rows than the last: what a sequence whose
   * answer is known says at each of its tokens. Gradients go through.
   *
   * @param lastRows for each sequence how many of its last rows are asked for
   * @param step owns the result and all that is computed on the way
   * @return [sum of lastRows, V], the first sequence's rows first
   */
  public NDArray step(List<Sequence> sequences, int[] lastRows, NDManager step) {
    RaggedBatch batch = new RaggedBatch(sequences, pendingEmbeddings(sequences, step), rotary);
    int from = 0;
    while (from < layers.size()) {
      int to = nextCut(sequences, from);
      prune(batch, from);
      for (Sequence sequence : sequences) {
        sequence.recordLayers(from, to);
      }
      layers.forward(batch, from, to);
      from = to;
    }
    NDArray last = norm.forward(batch.lastRows(lastRows)); // [rows, D]
    NDArray logits = lmHead.forward(last); // [rows, V]
    sequences.forEach(Sequence::endStep);
    return logits;
  }

  /**
   * How strongly a prompt's last row attends to its rows in one layer, averaged over heads. Only
   * the layers before it run.
   *
   * @param sequence before its first step, which it has none of after
   * @param layer in [0, L)
   * @return [T], causal, adds up to 1
   */
  public float[] attentionOfLast(Sequence sequence, int layer) {
    try (NDManager step = root.newSubManager()) {
      List<Sequence> alone = List.of(sequence);
      RaggedBatch batch = new RaggedBatch(alone, pendingEmbeddings(alone, step), rotary);
      layers.forward(batch, 0, layer);
      batch.enter(layer);
      int[] last = {sequence.rows() - 1};
      return layers.attentionOf(batch, 0, last, layer).toFloatArray();
    }
  }

  private NDArray pendingEmbeddings(List<Sequence> sequences, NDManager step) {
    NDList parts = new NDList(sequences.size());
    List<Integer> tokens = new ArrayList<>(); // of sequences that stand one after another
    for (Sequence sequence : sequences) {
      if (sequence.isPrefill()) {
        addEmbedded(tokens, parts, step);
        sequence.prompt().attach(step); // a prompt goes in once, and isn't needed after
        parts.add(sequence.prompt());
      } else {
        tokens.add(sequence.token());
      }
    }
    addEmbedded(tokens, parts, step);
    return TorchOps.joined(parts);
  }

  private void addEmbedded(List<Integer> tokens, NDList parts, NDManager step) {
    if (!tokens.isEmpty()) {
      parts.add(embed(tokens.stream().mapToInt(Integer::intValue).toArray(), step));
      tokens.clear();
    }
  }

  /** The first layer after one before which a sequence loses tokens; the end if none does. */
  private int nextCut(List<Sequence> sequences, int layer) {
    return IntStream.range(layer + 1, layers.size())
        .filter(next -> sequences.stream().anyMatch(sequence -> sequence.isCutBefore(next)))
        .findFirst()
        .orElse(layers.size());
  }

  private void prune(RaggedBatch batch, int layer) {
    batch.enter(layer);
    List<RaggedBatch.Cut> cuts = new ArrayList<>();
    for (int i = 0; i < batch.sequences().size(); i++) {
      Sequence sequence = batch.sequences().get(i);
      if (sequence.isCutBefore(layer)) {
        PrunedSequence view = new PrunedSequence(batch, i, layers, layer);
        TokenGroups kept = sequence.pruning().select(view, layer);
        int passed = sequence.pruning().compactsEarlyKv() ? layer : 0;
        cuts.add(new RaggedBatch.Cut(i, view.rowsWith(kept), passed));
      }
    }
    if (!cuts.isEmpty()) {
      batch.merge(cuts);
    }
  }

  private static float[][] rows(NDArray logits) {
    int vocabulary = (int) logits.getShape().get(1);
    float[] all = logits.toFloatArray();
    float[][] rows = new float[all.length / vocabulary][];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Arrays.copyOfRange(all, i * vocabulary, (i + 1) * vocabulary);
    }
    return rows;
  }
}
