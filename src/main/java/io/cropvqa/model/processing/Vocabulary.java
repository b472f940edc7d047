package io.cropvqa.model.processing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Tokens and their ids, as a tokenizer.json lists them.
 *
 * @param ids id by token
 * @param tokens token by id
 * @param special ids that decoding leaves out
 * @param unknown id of what has no token of its own
 * @param specialTexts tokens that are recognized wherever they stand in a text, longest first
 */
record Vocabulary(
    Map<String, Integer> ids,
    Map<Integer, String> tokens,
    Set<Integer> special,
    OptionalInt unknown,
    List<String> specialTexts) {

  static Vocabulary of(JsonNode tokenizer) {
    Map<String, Integer> ids = new HashMap<>();
    JsonNode vocabulary = tokenizer.path("model").path("vocab");
    if (vocabulary.isArray()) { // Unigram: [piece, score], the index is the id
      for (int id = 0; id < vocabulary.size(); id++) {
        ids.put(vocabulary.get(id).path(0).asText(), id);
      }
    } else {
      vocabulary.properties().forEach(token -> ids.put(token.getKey(), token.getValue().asInt()));
    }
    Set<Integer> special = new HashSet<>();
    for (JsonNode added : tokenizer.path("added_tokens")) {
      int id = added.path("id").asInt();
      ids.put(added.path("content").asText(), id);
      if (added.path("special").asBoolean()) {
        special.add(id);
      }
    }
    Map<Integer, String> tokens = new HashMap<>();
    ids.forEach((token, id) -> tokens.put(id, token));
    List<String> texts =
        special.stream()
            .map(tokens::get)
            .sorted((a, b) -> Integer.compare(b.length(), a.length()))
            .toList();
    return new Vocabulary(ids, tokens, special, unknown(tokenizer.path("model"), ids), texts);
  }

  private static OptionalInt unknown(JsonNode model, Map<String, Integer> ids) {
    if (model.path("unk_id").isInt()) {
      return OptionalInt.of(model.path("unk_id").intValue());
    }
    Integer id = ids.get(model.path("unk_token").asText());
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }
}
