package io.cropvqa.model.processing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The special tokens that a checkpoint names, such as {@code bos_token}: {@code <s>}.
 *
 * @param byName text of the token by its key in tokenizer_config.json
 */
record SpecialTokens(Map<String, String> byName) {

  /** Reads tokenizer_config.json, over special_tokens_map.json of older checkpoints. */
  static SpecialTokens load(ModelFiles files) {
    Map<String, String> tokens = new TreeMap<>();
    files.json("special_tokens_map.json").ifPresent(json -> collect(json, tokens));
    files.json("tokenizer_config.json").ifPresent(json -> collect(json, tokens));
    return new SpecialTokens(tokens);
  }

  private static void collect(JsonNode json, Map<String, String> tokens) {
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      JsonNode value = entry.getValue();
      JsonNode text = value.isObject() ? value.path("content") : value;
      if (entry.getKey().endsWith("_token") && text.isTextual()) {
        tokens.put(entry.getKey(), text.textValue());
      }
    }
  }

  Optional<String> bos() {
    return Optional.ofNullable(byName.get("bos_token"));
  }

  Optional<String> eos() {
    return Optional.ofNullable(byName.get("eos_token"));
  }
}
