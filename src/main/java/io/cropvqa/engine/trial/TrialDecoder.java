package io.cropvqa.engine.trial;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.ImageBox;
import io.cropvqa.domain.PruningPlan;
import io.cropvqa.model.LanguageModel;
import io.cropvqa.model.LanguageModelConfig;
import io.cropvqa.model.Prompt;
import io.cropvqa.model.Sampler;
import io.cropvqa.model.Sequence;
import io.cropvqa.model.layers.Positions;
import io.cropvqa.pruning.PatchGrid;
import io.cropvqa.pruning.PruningMethods;
import io.cropvqa.pruning.PruningSettings;
import io.cropvqa.pruning.QuestionPruning;
import io.cropvqa.pruning.VisualLayout;
import io.cropvqa.pruning.VisualTokens;
import io.cropvqa.tensor.TorchOps;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * A decoder that prompts of random text and random visual tokens go through, one at a time. The
 * region that region-guided pruning looks at is two blocks wide and high.
 */
public final class TrialDecoder implements AutoCloseable {
  private static final ContextualRegion REGION = new ContextualRegion(3, 3, 4, 4);
  private static final VisualLayout NO_PICTURE =
      VisualLayout.of(new PatchGrid(1, 1, new ImageBox(0, 0, 1, 1)));
  private static final float DEVIATION = 0.02f;

  private final NDManager root;
  private final LanguageModel decoder;
  private final LanguageModelConfig config;
  private final DecoderCost cost;
  private final VisualTokens picture;
  private final int weightSets;
  private final PruningMethods methods = PruningMethods.untrained(PruningSettings.DEFAULTS);

  /**
   * @param root taken over
   * @param layout of the picture
   * @param weightSets that the layers share
   */
  TrialDecoder(NDManager root, LanguageModel decoder, VisualLayout layout, int weightSets) {
    this.root = root;
    this.decoder = decoder;
    this.config = decoder.config();
    this.cost = new DecoderCost(config);
    this.weightSets = weightSets;
    Shape shape = new Shape(layout.size(), config.hiddenSize());
    this.picture =
        VisualTokens.all(root.randomNormal(0, DEVIATION, shape, DataType.FLOAT32), layout);
  }

  /** A decoder that reads text alone. */
  static TrialDecoder ofText(NDManager root, LanguageModel decoder) {
    return new TrialDecoder(root, decoder, NO_PICTURE, decoder.config().numHiddenLayers());
  }

  public int layers() {
    return config.numHiddenLayers();
  }

  /** Sets of weights that the layers share; as many as layers if each has its own. */
  public int weightSets() {
    return weightSets;
  }

  public int visualTokens() {
    return picture.count();
  }

  /**
   * A picture between two halves of a text, pruned.
   *
   * @param newTokens to decode after the prefill
   * @throws IllegalArgumentException for a method that is unknown or needs a checkpoint
   */
  public TrialRun picture(PruningPlan plan, int textTokens, int newTokens) {
    int[] text = randomText(textTokens);
    try (NDManager scope = root.newSubManager()) {
      VisualTokens tokens = picture.in(scope);
      long begun = System.nanoTime();
      QuestionPruning pruning =
          QuestionPruning.of(
              plan,
              tokens.layout(),
              REGION,
              memory -> decoder.embed(text, memory),
              config.numHiddenLayers(),
              methods);
      Prompt prompt = prompt(text, pruning.compress(tokens), scope);
      return run(prompt, pruning, newTokens, begun);
    }
  }

  /** A prompt of text alone. */
  public TrialRun text(int tokens, int newTokens) {
    int[] text = randomText(tokens);
    try (NDManager scope = root.newSubManager()) {
      long begun = System.nanoTime();
      int[] shows = new int[tokens];
      Arrays.fill(shows, Prompt.TEXT);
      Prompt prompt =
          new Prompt(decoder.embed(text, scope), Positions.text(axes(), 0, tokens), shows, tokens);
      return run(prompt, QuestionPruning.none(NO_PICTURE), newTokens, begun);
    }
  }

  private int[] randomText(int tokens) {
    return new Random(tokens).ints(tokens, 0, config.vocabSize()).toArray();
  }

  private int axes() {
    return config.rope().mropeSection().isEmpty() ? 1 : 3;
  }

  /** Half of the text, the picture, the other half. */
  private Prompt prompt(int[] text, VisualTokens tokens, NDManager scope) {
    int before = text.length / 2;
    int all = text.length + tokens.layout().size();
    int[] shows = new int[all]; // of the unpruned prompt
    Arrays.setAll(
        shows,
        row -> row < before || row >= before + tokens.layout().size() ? Prompt.TEXT : row - before);
    int[] kept =
        IntStream.range(0, all)
            .filter(
                row ->
                    shows[row] == Prompt.TEXT
                        || Arrays.binarySearch(tokens.patches(), shows[row]) >= 0)
            .toArray();
    int after = before + tokens.count();
    int[] members =
        IntStream.range(0, kept.length)
            .map(i -> i < before || i >= after ? 1 : tokens.members()[i - before])
            .toArray();
    NDArray words = decoder.embed(text, scope);
    NDList parts = new NDList(tokens.embeddings());
    if (before > 0) {
      parts.add(0, words.get("0:" + before));
    }
    parts.add(words.get(before + ":"));
    return new Prompt(
        TorchOps.joined(parts),
        Positions.text(axes(), 0, all).pick(kept),
        IntStream.of(kept).map(row -> shows[row]).toArray(),
        members,
        all,
        all);
  }

  private TrialRun run(Prompt prompt, QuestionPruning pruning, int newTokens, long begun) {
    try (Sequence sequence = decoder.sequence(prompt, pruning)) {
      int token = next(sequence);
      long prefilled = System.nanoTime();
      long kvCacheBytes = sequence.kvCacheBytes();
      for (int i = 0; i < newTokens; i++) {
        sequence.append(token);
        token = next(sequence);
      }
      long ended = System.nanoTime();
      return new TrialRun(
          sequence.tokensPerLayer(),
          sequence.visualTokensPerLayer(),
          sequence.tokensPerLayer().stream().mapToLong(config::prefillFlops).sum()
              + sequence.rankingFlops(),
          config.numHiddenLayers() * config.prefillFlops(prompt.unprunedLength()),
          cost.headFlops(),
          prefilled - begun,
          newTokens,
          ended - prefilled,
          cost.weightBytesPerToken() + (kvCacheBytes + sequence.kvCacheBytes()) / 2.0,
          kvCacheBytes);
    }
  }

  private int next(Sequence sequence) {
    return Sampler.argMax(decoder.step(List.of(sequence))[0]);
  }

  /** Frees the weights. */
  @Override
  public void close() {
    root.close();
  }
}
