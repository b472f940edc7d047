package io.cropvqa.model.localizer;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.model.ConfigJson;
import java.nio.file.Path;
import java.util.Set;

/**
 * Shape of the localizer's network, under the keys of {@code localizer/config.json}.
 *
 * @param visualSize D, width of the visual tokens and word embeddings it was trained on
 * @param hiddenSize W
 * @param intermediateSize width of the feed-forward layers
 * @param numHiddenLayers blocks
 * @param numAttentionHeads heads; W is a multiple
 * @param maxQuestionTokens words it reads of a question, which bounds its cost
 * @param coverage probability with which each edge of a region has to take in the true edge, in
 *     (0.5, 1]
 */
@JsonPropertyOrder({"model_type", "visual_size", "hidden_size"})
public record LocalizerConfig(
    @JsonProperty("visual_size") int visualSize,
    @JsonProperty("hidden_size") int hiddenSize,
    @JsonProperty("intermediate_size") int intermediateSize,
    @JsonProperty("num_hidden_layers") int numHiddenLayers,
    @JsonProperty("num_attention_heads") int numAttentionHeads,
    @JsonProperty("max_question_tokens") int maxQuestionTokens,
    @JsonProperty("coverage") double coverage) {

  /** Edges of a region, each with a query of its own: xmin, ymin, xmax, ymax. */
  static final int EDGES = 4;

  private static final String TYPE = "crop-attention-localizer";

  public LocalizerConfig {
    require(hiddenSize % 4 == 0, "hidden_size = %d must be a multiple of 4", hiddenSize);
    require(
        hiddenSize % numAttentionHeads == 0,
        "hidden_size = %d must be a multiple of num_attention_heads = %d",
        hiddenSize,
        numAttentionHeads);
    require(
        coverage > 0.5 && coverage <= 1, "coverage = %s must be above 0.5, at most 1", coverage);
  }

  private static void require(boolean fits, String message, Object... values) {
    if (!fits) {
      throw new IllegalArgumentException("config.json: " + message.formatted(values));
    }
  }

  /**
   * What is trained unless somebody says otherwise.
   *
   * @param visualSize D
   */
  public static LocalizerConfig of(int visualSize) {
    return new LocalizerConfig(visualSize, 128, 256, 2, 4, 64, 0.9);
  }

  /**
   * @param directory holds the {@code config.json}; absent keys have the values of {@link #of}
   * @throws IllegalArgumentException if there is none, or for a value that makes no sense; the
   *     message names the key
   */
  static LocalizerConfig read(Path directory) {
    ConfigJson json = ConfigJson.read(directory);
    json.choice("model_type", "", Set.of(TYPE));
    LocalizerConfig absent = of(json.size("visual_size", 0));
    return new LocalizerConfig(
        absent.visualSize,
        json.size("hidden_size", absent.hiddenSize),
        json.size("intermediate_size", absent.intermediateSize),
        json.size("num_hidden_layers", absent.numHiddenLayers),
        json.size("num_attention_heads", absent.numAttentionHeads),
        json.size("max_question_tokens", absent.maxQuestionTokens),
        json.number("coverage", absent.coverage));
  }

  @JsonProperty("model_type")
  String modelType() {
    return TYPE;
  }

  /**
   * Floating-point operations of one question about one picture.
   *
   * @param patches N
   * @param words T
   */
  public long flops(long patches, long words) {
    long width = hiddenSize;
    long rows = EDGES + words;
    long projections = (patches + words) * visualSize * width;
    long similarity = rows * patches * width;
    long head = EDGES * width * ContextualRegion.GRID;
    long keysAndValues = 2 * patches * width * width;
    long perRow = 6 * width * width + 2 * width * intermediateSize;
    long pairs = 2 * width * rows * (rows + patches);
    return 2
        * (projections
            + similarity
            + head
            + numHiddenLayers * (keysAndValues + rows * perRow + pairs));
  }
}
