package io.cropvqa.localization;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.model.processing.TextTokenizer;
import io.cropvqa.model.weights.TextFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;

/**
 * How a generative localizer is asked and how it answers, from the {@code localizer.json} beside
 * its weights:
 *
 * <pre>
 * { "prompt": "region for {question}",
 *   "answer": "{xmin}{ymin}{xmax}{ymax}",
 *   "digits": ["&lt;g0&gt;", ... "&lt;g7&gt;"] }
 * </pre>
 *
 * Text between the numbers, as in {@code [{xmin},{ymin},{xmax},{ymax}]}, is put there and never
 * generated.
 */
public final class RegionAnswer {
  private static final String FILE = "localizer.json";
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES);
  private static final List<String> NUMBERS = List.of("{xmin}", "{ymin}", "{xmax}", "{ymax}");

  private record Json(
      @JsonProperty(required = true) String prompt,
      @JsonProperty(required = true) String answer,
      @JsonProperty(required = true) List<String> digits) {}

  private final String prompt;
  private final int[][] textBefore = new int[NUMBERS.size()][];
  private final int[] digits = new int[ContextualRegion.GRID];

  private RegionAnswer(Json json, TextTokenizer tokenizer) {
    if (!json.prompt().contains("{question}")) {
      throw new IllegalArgumentException(FILE + ": prompt must hold {question}");
    }
    if (json.digits().size() != digits.length) {
      throw new IllegalArgumentException(
          "%s: digits must list %d tokens, it lists %d"
              .formatted(FILE, digits.length, json.digits().size()));
    }
    if (new HashSet<>(json.digits()).size() != digits.length) {
      throw new IllegalArgumentException(
          "%s: digits must list %d different tokens, got %s"
              .formatted(FILE, digits.length, json.digits()));
    }
    prompt = json.prompt();
    for (int i = 0; i < digits.length; i++) {
      String token = json.digits().get(i);
      digits[i] =
          tokenizer
              .idOf(token)
              .orElseThrow(
                  () ->
                      new IllegalArgumentException(
                          "%s: digit \"%s\" is no token of the tokenizer".formatted(FILE, token)));
    }
    readText(json.answer(), tokenizer);
  }

  private void readText(String answer, TextTokenizer tokenizer) {
    int from = 0;
    for (int i = 0; i < NUMBERS.size(); i++) {
      int at = answer.indexOf(NUMBERS.get(i), from);
      if (at < 0) {
        throw new IllegalArgumentException(
            "%s: answer must hold %s in this order".formatted(FILE, NUMBERS));
      }
      String literal = answer.substring(from, at);
      textBefore[i] = literal.isEmpty() ? new int[0] : tokenizer.encodeText(literal);
      from = at + NUMBERS.get(i).length();
    }
  }

  /**
   * @throws IllegalArgumentException if the directory's {@code localizer.json} is missing or says
   *     nonsense
   */
  public static RegionAnswer read(Path directory, TextTokenizer tokenizer) {
    Path file = directory.resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException(
          "%s holds no %s: it says how the localizer is asked".formatted(directory, FILE));
    }
    try {
      return new RegionAnswer(JSON.readValue(TextFile.read(file), Json.class), tokenizer);
    } catch (IOException e) {
      throw new IllegalArgumentException("can't read " + file + ": " + e.getMessage(), e);
    }
  }

  String ask(String question) {
    return prompt.replace("{question}", question);
  }

  /** Tokens of the fixed text before the i-th number. */
  int[] textBefore(int i) {
    return textBefore[i];
  }

  /** The token that stands for a number. */
  int digit(int number) {
    return digits[number];
  }
}
