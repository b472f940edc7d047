package io.cropvqa.localization;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.domain.LocatedRegion;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.model.localizer.EdgeDistributions;
import io.cropvqa.model.localizer.LocalizerConfig;
import io.cropvqa.model.localizer.LocalizerFolder;
import io.cropvqa.model.localizer.LocalizerNetwork;
import io.cropvqa.model.localizer.PositionEncoding;
import io.cropvqa.pruning.VisualTokens;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalDouble;

/**
 * The learned localizer (ours): a small cross-attention network over the main model's visual
 * tokens, trained on questions whose region is known. It shares the main model's eyes, so all it
 * costs is itself, see {@link LocalizerConfig#flops}.
 *
 * <p>Its regions err on the large side: each edge lies where the true edge is inside with
 * probability {@code coverage}, for what a region leaves out is lost to the answer.
 */
public final class AttentionLocalizer implements RegionLocalizer {
  private final VisionLanguageModel model;
  private final NDManager memory;
  private final LocalizerNetwork network;
  private final String digest;
  private final double coverage;

  /**
   * Reads the {@code localizer/} folder of a model.
   *
   * @param directory the model's directory
   * @param model the same model, opened; stays the caller's
   * @param coverage in (0.5, 1]; empty takes the localizer's own
   * @throws IllegalArgumentException if there is no such localizer or it doesn't fit the model; the
   *     message names the file, key or weight
   */
  public AttentionLocalizer(Path directory, VisionLanguageModel model, OptionalDouble coverage) {
    this.model = model;
    memory = model.newScope();
    try {
      int width = model.languageModel().config().hiddenSize();
      network = LocalizerFolder.open(directory, width, memory);
      digest = LocalizerFolder.revision(directory);
      this.coverage = coverage.orElse(network.config().coverage());
      requireCoverage(this.coverage);
    } catch (RuntimeException | Error e) {
      memory.close();
      throw e;
    }
  }

  /**
   * @throws IllegalArgumentException unless a coverage is in (0.5, 1]
   */
  public static void requireCoverage(double coverage) {
    if (!(coverage > 0.5 && coverage <= 1)) {
      throw new IllegalArgumentException(
          "crop.localizer.attention-coverage must be above 0.5 and at most 1, got " + coverage);
    }
  }

  @Override
  public String revision() {
    return "attention-%s-%s-%s".formatted(model.revision(), digest, coverage);
  }

  @Override
  public LocatedRegion locate(RgbImage image, VisualTokens tokens, String question) {
    int[] asked = model.questionTokens(question);
    int[] words =
        Arrays.copyOf(asked, Math.min(asked.length, network.config().maxQuestionTokens()));
    if (words.length == 0) {
      return LocatedRegion.fallback(0);
    }
    EdgeDistributions edges = edges(tokens, words);
    return new LocatedRegion(
        edges.region(coverage), LocatedRegion.Source.LOCALIZER, edges.confidence());
  }

  private EdgeDistributions edges(VisualTokens tokens, int[] words) {
    int width = network.config().hiddenSize();
    try (NDManager step = model.newScope()) {
      NDArray visual = tokens.embeddings().duplicate();
      visual.attach(step);
      NDArray positions =
          step.create(
              PositionEncoding.ofPatches(tokens.layout(), tokens.patches(), width),
              new Shape(1, tokens.count(), width));
      NDArray embedded = model.languageModel().embed(words, step);
      NDArray logits =
          network.forward(visual.expandDims(0), positions, embedded.expandDims(0), null);
      return EdgeDistributions.of(logits.toFloatArray(), 0);
    }
  }

  @Override
  public void close() {
    memory.close();
  }
}
