package io.cropvqa.engine.trial;

import ai.djl.ndarray.NDManager;
import io.cropvqa.model.Checkpoints;
import io.cropvqa.model.LanguageModel;
import io.cropvqa.model.LanguageModelConfig;
import io.cropvqa.model.weights.RandomWeights;
import io.cropvqa.tensor.NumberType;
import io.cropvqa.tensor.Torch;
import java.nio.file.Path;

/** Opens decoders for trials on one device; whoever asks for one closes it. */
public final class Decoders {
  /**
   * Layers have weights of their own up to this size of all of them, far larger than any cache;
   * those of a larger decoder share as many sets as come to it.
   */
  private static final long OWN_WEIGHTS_BYTES = 4L << 30;

  private final String device;

  /**
   * @param device such as {@code cpu}
   */
  public Decoders(String device) {
    this.device = device;
  }

  /** Threads that one operation uses. */
  public int threads() {
    return Torch.threads();
  }

  /** What the machine can do at best. */
  public Ceiling ceiling() {
    return new Ceiling(open());
  }

  /** A decoder with random weights. */
  public TrialDecoder ofShape(DecoderShape shape) {
    LanguageModelConfig config = shape.config();
    long layerBytes = new DecoderCost(config).layerBytes();
    long sets = (OWN_WEIGHTS_BYTES + layerBytes - 1) / layerBytes;
    int weightSets = (int) Math.min(sets, config.numHiddenLayers());
    NDManager root = open();
    RandomWeights weights = new RandomWeights(root, weightSets, 0);
    LanguageModel decoder =
        new LanguageModel(root, config, weights, "model", "lm_head", NumberType.FLOAT32);
    return new TrialDecoder(root, decoder, shape.layout(), weightSets);
  }

  /** The decoder of a checkpoint, for text alone. */
  public TrialDecoder ofCheckpoint(Path directory) {
    NDManager root = open();
    return TrialDecoder.ofText(root, Checkpoints.open(directory, root).languageModel());
  }

  private NDManager open() {
    return Torch.open(Torch.device(device));
  }
}
