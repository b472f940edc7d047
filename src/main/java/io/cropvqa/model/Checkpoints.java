package io.cropvqa.model;

import ai.djl.ndarray.NDManager;
import io.cropvqa.model.llava.LlavaFamily;
import io.cropvqa.model.llavanext.LlavaNextFamily;
import io.cropvqa.model.qwen25vl.Qwen25VlFamily;
import io.cropvqa.model.qwen2vl.Qwen2VlFamily;
import io.cropvqa.model.smolvlm.SmolVlmFamily;
import io.cropvqa.model.weights.WeightSource;
import io.cropvqa.model.weights.Weights;
import io.cropvqa.tensor.NumberType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** Opens a checkpoint with the family that its {@code config.json} names. */
public final class Checkpoints {
  private static final Map<String, ModelFamily> FAMILIES =
      Map.of(
          "llava", new LlavaFamily(),
          "llava_next", new LlavaNextFamily(),
          "smolvlm", new SmolVlmFamily(),
          "idefics3", new SmolVlmFamily(),
          "qwen2_vl", new Qwen2VlFamily(),
          "qwen2_5_vl", new Qwen25VlFamily());

  private Checkpoints() {}

  /**
   * @param directory a model in Hugging Face layout
   * @param root taken over: owns the weights, closed with the model, or here if it can't be opened
   * @throws IllegalArgumentException if it can't be; the message names the file, key or weight at
   *     fault
   */
  public static VisionLanguageModel open(Path directory, NDManager root) {
    return open(directory, root, NumberType.FLOAT32);
  }

  /**
   * Like {@link #open(Path, NDManager)}.
   *
   * @param type how the weights of linear layers are held
   */
  public static VisionLanguageModel open(Path directory, NDManager root, NumberType type) {
    return open(directory, root, type, UnaryOperator.identity());
  }

  /**
   * Like {@link #open(Path, NDManager)}, with a decoder that has other weights than its files say:
   * training has copies that it may change.
   *
   * @param decoder makes a source of weights from the files'
   */
  public static VisionLanguageModel open(
      Path directory, NDManager root, UnaryOperator<WeightSource> decoder) {
    return open(directory, root, NumberType.FLOAT32, decoder);
  }

  private static VisionLanguageModel open(
      Path directory, NDManager root, NumberType type, UnaryOperator<WeightSource> decoder) {
    try {
      return new VisionLanguageModel(directory, family(directory), root, type, decoder);
    } catch (RuntimeException | Error e) { // native code may fail with any error
      root.close();
      throw e;
    }
  }

  /**
   * All weights of a checkpoint, by the names that its family asks for them.
   *
   * @param memory owns what is handed out
   * @throws IllegalArgumentException if there are none that can be read
   */
  public static Weights weights(Path directory, NDManager memory) {
    return Weights.open(directory, family(directory)::canonicalName, memory);
  }

  private static ModelFamily family(Path directory) {
    requireDirectory(directory);
    String type = ConfigJson.read(directory).text("model_type", "");
    if (!FAMILIES.containsKey(type)) {
      throw new IllegalArgumentException(
          "config.json: model_type = \"%s\" is not supported, only %s"
              .formatted(type, new TreeSet<>(FAMILIES.keySet())));
    }
    return FAMILIES.get(type);
  }

  /**
   * What a checkpoint's weights are saved in by its {@code config.json}, float32 if it doesn't say:
   * {@code dtype}, which older versions of transformers call {@code torch_dtype}.
   *
   * @throws IllegalArgumentException if there is no readable {@code config.json}
   */
  public static NumberType savedNumberType(Path directory) {
    ConfigJson config = ConfigJson.read(directory);
    return switch (config.text("dtype", config.text("torch_dtype", "float32"))) {
      case "float16" -> NumberType.FLOAT16;
      case "bfloat16" -> NumberType.BFLOAT16;
      default -> NumberType.FLOAT32;
    };
  }

  /**
   * @throws IllegalArgumentException if there is no such directory
   */
  public static void requireDirectory(Path directory) {
    if (!Files.isDirectory(directory)) {
      throw new IllegalArgumentException(
          directory + " is no directory: crop.model must be one in Hugging Face layout");
    }
  }
}
