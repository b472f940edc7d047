package io.cropvqa.model.processing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * How a checkpoint wants text generated, keys and defaults as transformers has them.
 *
 * @param eosTokenIds tokens that end an answer; empty if the checkpoint names none
 * @param padTokenId token that fills up batches
 * @param doSample whether tokens are drawn; if not, the likeliest is taken
 * @param temperature logits are divided by it before drawing; 0 for the likeliest token, as if
 *     nothing were drawn
 * @param topK draw from so many of the likeliest tokens; 0 for all
 * @param topP draw from the likeliest tokens that together reach this probability, in (0, 1]
 * @param maxNewTokens most tokens to generate
 */
public record GenerationConfig(
    List<Integer> eosTokenIds,
    OptionalInt padTokenId,
    boolean doSample,
    double temperature,
    int topK,
    double topP,
    OptionalInt maxNewTokens) {

  public GenerationConfig {
    eosTokenIds = List.copyOf(eosTokenIds);
    require(temperature >= 0, "temperature", temperature, "0 or more");
    require(topK >= 0, "top_k", topK, "0 or more");
    require(topP > 0 && topP <= 1, "top_p", topP, "in (0, 1]");
  }

  private static void require(boolean holds, String key, Number value, String range) {
    if (!holds) {
      throw new IllegalArgumentException(
          "generation_config.json (or config.json): %s is %s, it must be %s"
              .formatted(key, value, range));
    }
  }

  /**
   * Reads generation_config.json. What it doesn't say is looked for in config.json and its {@code
   * text_config}; neither file has to be there.
   *
   * @throws IllegalArgumentException if a value is of the wrong type or out of its range
   */
  public static GenerationConfig load(Path modelDirectory) {
    ModelFiles files = new ModelFiles(modelDirectory);
    JsonNode none = MissingNode.getInstance();
    JsonNode config = files.json("config.json").orElse(none);
    Keys keys =
        new Keys(
            List.of(
                files.json("generation_config.json").orElse(none),
                config,
                config.path("text_config")));
    return new GenerationConfig(
        keys.integers("eos_token_id"),
        keys.integer("pad_token_id"),
        keys.flag("do_sample"),
        keys.number("temperature", 1),
        keys.integer("top_k").orElse(50),
        keys.number("top_p", 1),
        keys.integer("max_new_tokens"));
  }

  public boolean endsWith(int tokenId) {
    return eosTokenIds.contains(tokenId);
  }

  /** Looks a key up in several places, the first that has it wins. */
  private record Keys(List<JsonNode> places) {

    JsonNode find(String key) {
      return places.stream()
          .map(place -> place.path(key))
          .filter(value -> !value.isMissingNode() && !value.isNull())
          .findFirst()
          .orElse(MissingNode.getInstance());
    }

    boolean flag(String key) {
      JsonNode value = find(key);
      return !value.isMissingNode() && checked(key, value, value.isBoolean()).booleanValue();
    }

    double number(String key, double otherwise) {
      JsonNode value = find(key);
      return value.isMissingNode()
          ? otherwise
          : checked(key, value, value.isNumber()).doubleValue();
    }

    OptionalInt integer(String key) {
      JsonNode value = find(key);
      return value.isMissingNode()
          ? OptionalInt.empty()
          : OptionalInt.of(checked(key, value, value.isInt()).intValue());
    }

    /** One number, or a list of them. */
    List<Integer> integers(String key) {
      JsonNode value = find(key);
      if (!value.isArray()) {
        return integer(key).stream().boxed().toList();
      }
      return IntStream.range(0, value.size())
          .mapToObj(i -> checked(key, value.get(i), value.get(i).isInt()).intValue())
          .toList();
    }

    private static JsonNode checked(String key, JsonNode value, boolean valid) {
      if (!valid) {
        throw new IllegalArgumentException(
            "generation_config.json (or config.json): %s is %s, that is the wrong type"
                .formatted(key, value));
      }
      return value;
    }
  }
}
