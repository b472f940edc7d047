package io.cropvqa.model.processing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The tokens that end an answer.
 *
 * @param ids of any number of tokens; with none, an answer ends by its length alone
 */
public record EndTokens(Set<Integer> ids) {
  private static final String KEY = "eos_token_id";

  public EndTokens {
    ids = Set.copyOf(ids);
  }

  /**
   * {@code eos_token_id}, a number or a list of them, of generation_config.json, else of
   * config.json, else of its {@code text_config}; where none has it, the tokenizer's end of
   * sequence.
   *
   * @throws IllegalArgumentException if it is neither a number nor a list of them
   */
  public static EndTokens load(Path modelDirectory, TextTokenizer tokenizer) {
    ModelFiles files = new ModelFiles(modelDirectory);
    JsonNode none = MissingNode.getInstance();
    JsonNode config = files.json("config.json").orElse(none);
    JsonNode generation = files.json("generation_config.json").orElse(none);
    return List.of(generation, config, config.path("text_config")).stream()
        .filter(place -> place.hasNonNull(KEY))
        .findFirst()
        .map(place -> new EndTokens(ids(place.get(KEY))))
        .orElseGet(() -> ofTokenizer(tokenizer));
  }

  private static EndTokens ofTokenizer(TextTokenizer tokenizer) {
    return new EndTokens(tokenizer.endOfSequence().stream().boxed().collect(Collectors.toSet()));
  }

  private static Set<Integer> ids(JsonNode value) {
    Set<Integer> ids = new HashSet<>();
    for (JsonNode id : value.isArray() ? value : List.of(value)) {
      if (!id.isInt()) {
        throw new IllegalArgumentException(
            "generation_config.json (or config.json): eos_token_id is %s, it must be an integer or a list of them"
                .formatted(value));
      }
      ids.add(id.intValue());
    }
    return ids;
  }

  public boolean contains(int id) {
    return ids.contains(id);
  }
}
