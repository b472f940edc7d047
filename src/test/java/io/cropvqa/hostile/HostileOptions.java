package io.cropvqa.hostile;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Options of a wrong type, out of range, or without measure. */
final class HostileOptions {
  private static final String MALFORMED = "malformed-event";
  private static final String INVALID = "invalid-option";

  private final List<HostileCase> cases = new ArrayList<>();

  private HostileOptions() {}

  static List<HostileCase> all() {
    HostileOptions options = new HostileOptions();
    options.wholes();
    options.regions();
    options.deadlines();
    options.names();
    return options.cases;
  }

  private void add(String expected, String options) {
    String event =
        "{\"image\":{\"data\":\"AQID\"},\"question\":\"What?\",\"options\":" + options + "}";
    String name = options.length() > 80 ? options.substring(0, 80) + "…" : options;
    cases.add(
        new HostileCase(
            "options: " + name,
            expected,
            () -> HostileEvents.READER.read(event.getBytes(StandardCharsets.UTF_8), "fallback")));
  }

  private void each(String expected, String option, String... values) {
    for (String value : values) {
      add(expected, "{\"" + option + "\":" + value + "}");
    }
  }

  private void wholes() {
    for (String options : List.of("5", "\"fast\"", "[]", "true")) {
      add(MALFORMED, options);
    }
    for (String option : List.of("visualTokens", "maxNewTokens", "priority")) {
      each(
          MALFORMED,
          option,
          "\"64\"",
          "64.0",
          "6.4e1",
          "1e999",
          "true",
          "[64]",
          "{}",
          "NaN",
          "-Infinity",
          "0x40",
          "6_4",
          "-");
      each(INVALID, option, "2147483648", "-2147483649", "99999999999999999999", "9".repeat(999));
    }
    for (String option : List.of("visualTokens", "maxNewTokens")) {
      each(INVALID, option, "0", "-0", "-1", "-2147483648");
      each(HostileCase.ACCEPTED, option, "2147483647");
    }
    each(HostileCase.ACCEPTED, "priority", "-2147483648", "2147483647");
  }

  private void regions() {
    each(
        MALFORMED,
        "region",
        "\"0,0,1,1\"",
        "5",
        "{}",
        "{\"box\":[0,0,1,1]}",
        "[0,0,1,1.5]",
        "[0,0,1,1e0]",
        "[0,0,1,null]",
        "[0,0,1,\"1\"]",
        "[0,0,1,true]",
        "[[0,0,1,1]]",
        "[0,0,1,NaN]",
        "[0,0,1,Infinity]",
        "[0,0,1,1e999]",
        "[0,0,1,]",
        "[,0,0,1]",
        "true");
    each(
        INVALID,
        "region",
        "[]",
        "[0]",
        "[0,0,1]",
        "[0,0,1,1,1]",
        "[0,0,8,7]",
        "[0,0,7,8]",
        "[-1,0,1,1]",
        "[0,-1,1,1]",
        "[3,0,2,1]",
        "[0,3,1,2]",
        "[7,7,0,0]",
        "[0,0,2147483647,1]",
        "[-2147483648,0,1,1]",
        "[0,0,2147483648,1]",
        "[0,0,4294967296,1]",
        "[0,0," + "9".repeat(999) + ",1]");
    add(INVALID, "{\"region\":[" + "0,".repeat(200_000) + "0]}");
  }

  private void deadlines() {
    each(
        MALFORMED,
        "deadline",
        "5",
        "1700000000000",
        "true",
        "[]",
        "{}",
        "\"\"",
        "\"soon\"",
        "\"2026-11-22\"",
        "\"2026-11-22T12:00:00\"",
        "\"2026-13-01T00:00:00Z\"",
        "\"2026-02-30T00:00:00Z\"",
        "\"2026-11-22T25:00:00Z\"",
        "\"2026-11-22T12:00:00+99:00\"",
        "\"+1000000000-01-01T00:00:00Z\"",
        "\"2026-11-22T12:00:00Z; DROP TABLE\"",
        "\"" + "9".repeat(100_000) + "\"");
    each(
        HostileCase.ACCEPTED,
        "deadline",
        "\"+999999999-12-31T23:59:59-18:00\"",
        "\"-999999999-01-01T00:00:00+18:00\"");
  }

  private void names() {
    each(MALFORMED, "pruning", "5", "true", "[]", "{}", "\"\\ud800\"");
    each(INVALID, "pruning", "\"" + "x".repeat(65) + "\"", "\"" + "x".repeat(1_000_000) + "\"");
  }
}
