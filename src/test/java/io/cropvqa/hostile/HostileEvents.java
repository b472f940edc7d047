package io.cropvqa.hostile;

import io.cropvqa.event.QuestionEventReader;
import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Records that are no question, or hardly one. */
final class HostileEvents {
  static final QuestionEventReader READER = new QuestionEventReader(4096, 4);

  private static final String MALFORMED = "malformed-event";
  private static final String IMAGE = "\"image\":{\"data\":\"AQID\"}";
  private static final String QUESTION = "\"question\":\"What?\"";

  private final List<HostileCase> cases = new ArrayList<>();

  private HostileEvents() {}

  static List<HostileCase> all() {
    HostileEvents events = new HostileEvents();
    events.noJson();
    events.noUtf8();
    events.tooMuch();
    events.ids();
    events.questions();
    events.images();
    events.severalImages();
    events.digestsAndSizes();
    return events.cases;
  }

  private void add(String name, String expected, byte[] record) {
    cases.add(new HostileCase("event: " + name, expected, () -> READER.read(record, "fallback")));
  }

  private void add(String name, String expected, String record) {
    add(name, expected, record.getBytes(StandardCharsets.UTF_8));
  }

  private void malformed(String... records) {
    for (String record : records) {
      add(record, MALFORMED, record);
    }
  }

  private void noJson() {
    add("tombstone", MALFORMED, (byte[]) null);
    malformed("", "   ", "{", "}", "[]", "[{}]", "42", "null", "true", "\"text\"", "plain text");
    malformed("{} {}", "{}x", "{'id':'a'}", "{\"a\":1,}", "{\"a\":01}", "{\"a\":0x10}");
    malformed("{a:1}", "{\"a\":NaN}", "{\"a\":Infinity}", "{\"a\":+1}", "{\"a\":1.}", "{\"a\"}");
    malformed("{/* no */}", "// no\n{}", "<event/>", "--- {}", "{\"a\":\"\\x41\"}");
    malformed("{\"a\":\"\\u12\"}", "{\"a\":\"line\nbreak\"}", "{\"a\":\"open", "{\"a\":[1,2}");
    malformed("{\"id\":\"a\",\"id\":\"b\"," + IMAGE + "," + QUESTION + "}");
    malformed("{" + IMAGE + "," + IMAGE + "," + QUESTION + "}");
    malformed("{" + IMAGE + "," + QUESTION + "," + QUESTION + "}");
    malformed("{\"x\":{\"deep\":1,\"deep\":2}," + IMAGE + "," + QUESTION + "}");
  }

  private void noUtf8() {
    String good = "{" + IMAGE + "," + QUESTION + "}";
    for (int[] bytes :
        new int[][] {
          {0xFF},
          {0xFE},
          {0xC0, 0x80},
          {0xED, 0xA0, 0x80},
          {0xE2, 0x82},
          {0x80},
          {0xF8, 0x88, 0x80, 0x80, 0x80},
          {0xF5, 0x80, 0x80, 0x80},
          {0xF0, 0x82, 0x82, 0xAC}
        }) {
      ByteArrayOutputStream record = new ByteArrayOutputStream();
      record.writeBytes(("{" + IMAGE + ",\"question\":\"").getBytes(StandardCharsets.UTF_8));
      StringBuilder name = new StringBuilder("bytes");
      for (int value : bytes) {
        record.write(value);
        name.append(" %02X".formatted(value));
      }
      record.writeBytes("\"}".getBytes(StandardCharsets.UTF_8));
      add(name.toString(), MALFORMED, record.toByteArray());
    }
    add("a third of UTF-32", MALFORMED, new byte[] {0, 0, 0, '{', 0});
    byte[] utf16 = good.getBytes(StandardCharsets.UTF_16LE);
    byte[] odd = Arrays.copyOf(utf16, utf16.length - 1);
    add("UTF-16 cut in half", MALFORMED, odd);
    add("EBCDIC", MALFORMED, good.getBytes(Charset.forName("IBM1047")));
  }

  private void tooMuch() {
    add("1,001 arrays", MALFORMED, "{\"a\":" + "[".repeat(1001) + "]".repeat(1001) + "}");
    add("1,001 objects", MALFORMED, "{\"a\":".repeat(1001) + "1" + "}".repeat(1001));
    add("100,000 open arrays", MALFORMED, "{\"a\":" + "[".repeat(100_000));
    add("a number of 1,001 digits", MALFORMED, "{\"a\":" + "9".repeat(1001) + "}");
    add("a fraction of 1,001 digits", MALFORMED, "{\"a\":0." + "9".repeat(1001) + "}");
    add("a name of 60,000 characters", MALFORMED, "{\"" + "n".repeat(60_000) + "\":1}");
    add("a text of 21 million characters", MALFORMED, "{\"a\":\"" + "x".repeat(21_000_000) + "\"}");
    add(
        "100,000 unknown fields",
        HostileCase.ACCEPTED,
        "{" + fields(100_000) + IMAGE + "," + QUESTION + "}");
  }

  private static String fields(int count) {
    StringBuilder fields = new StringBuilder();
    for (int i = 0; i < count; i++) {
      fields.append("\"f").append(i).append("\":").append(i).append(',');
    }
    return fields.toString();
  }

  private void ids() {
    for (String id :
        List.of(
            "7",
            "1.5",
            "true",
            "[]",
            "{}",
            "\"\"",
            "\" \"",
            "\"\\u0000\"",
            "\"a\\nb\"",
            "\"a\\rb\"",
            "\"\\u001b[2Jgone\"",
            "\"\\u007f\"",
            "\"\\u0085\"",
            "\"\\ud800\"",
            "\"\\udc00\\ud800\"",
            "\"a\\udfff\"")) {
      malformed("{\"id\":" + id + "," + IMAGE + "," + QUESTION + "}");
    }
    for (int length : new int[] {513, 10_000, 1_000_000}) {
      String id = "i".repeat(length);
      add(
          "an id of " + length,
          MALFORMED,
          "{\"id\":\"" + id + "\"," + IMAGE + "," + QUESTION + "}");
    }
    cases.add(
        new HostileCase(
            "event: a header's id with a line break",
            MALFORMED,
            () ->
                READER.read(
                    ("{" + IMAGE + "," + QUESTION + "}").getBytes(StandardCharsets.UTF_8),
                    "a\nb")));
  }

  private void questions() {
    for (String question :
        List.of(
            "5",
            "false",
            "[\"What?\"]",
            "{}",
            "null",
            "\"\"",
            "\"  \\t\\n \"",
            "\"\\u2003\"",
            "\"What\\u0000?\"",
            "\"\\ud83d\"",
            "\"\\ude00 What?\"")) {
      malformed("{" + IMAGE + ",\"question\":" + question + "}");
    }
    malformed("{" + IMAGE + "}");
    for (int length : new int[] {4097, 100_000, 5_000_000}) {
      add(
          "a question of " + length,
          "question-too-long",
          "{" + IMAGE + ",\"question\":\"" + "?".repeat(length) + "\"}");
    }
    add(
        "2,049 emoji",
        "question-too-long",
        "{" + IMAGE + ",\"question\":\"" + "\ud83d\udc04".repeat(2049) + "\"}");
  }

  private void severalImages() {
    String one = "{\"data\":\"AQID\"}";
    for (String images :
        List.of(
            "null",
            "[]",
            "[null]",
            "[[%s]]".formatted(one),
            "{\"0\":%s}".formatted(one),
            "[%s,{}]".formatted(one),
            "[%s,\"a.png\"]".formatted(one),
            "[%s,{\"uri\":\"https://h/%%zz\"}]".formatted(one))) {
      malformed("{\"images\":%s,%s}".formatted(images, QUESTION));
    }
    malformed("{\"images\":[%s],%s,%s}".formatted(one, IMAGE, QUESTION));
    String many = String.join(",", Collections.nCopies(100_000, one));
    add("100,000 images", MALFORMED, "{\"images\":[%s],%s}".formatted(many, QUESTION));
    add(
        "one region of two images",
        "invalid-option",
        "{\"images\":[%s,%s],%s,\"options\":{\"region\":[0,0,7,7]}}".formatted(one, one, QUESTION));
  }

  private void images() {
    malformed("{" + QUESTION + "}");
    for (String image :
        List.of(
            "null",
            "\"a.png\"",
            "5",
            "[]",
            "{}",
            "{\"uri\":null}",
            "{\"uri\":5}",
            "{\"uri\":[]}",
            "{\"uri\":\"\"}",
            "{\"uri\":\" \"}",
            "{\"uri\":\"a.png\"}",
            "{\"uri\":\"../a.png\"}",
            "{\"uri\":\"//host/a.png\"}",
            "{\"uri\":\"https://a b/c\"}",
            "{\"uri\":\"://\"}",
            "{\"uri\":\"https://h/%zz\"}",
            "{\"uri\":\"https://h/a\\nb\"}",
            "{\"uri\":\"1http://h\"}",
            "{\"uri\":\"https://h/\\ud800\"}",
            "{\"uri\":\"https://[::1/a\"}",
            "{\"uri\":\"https://h/a\",\"data\":\"AQID\"}",
            "{\"data\":5}",
            "{\"data\":\"%%\"}",
            "{\"data\":\"AQ ID\"}",
            "{\"data\":\"AQ\\nID\"}",
            "{\"data\":\"AQI_\"}",
            "{\"data\":\"AQI-\"}",
            "{\"data\":\"A\"}",
            "{\"data\":\"AQID=\"}",
            "{\"data\":\"data:image/png;base64,AQID\"}",
            "{\"data\":\"AQID\",\"mediaType\":5}")) {
      malformed("{" + QUESTION + ",\"image\":" + image + "}");
    }
  }

  private void digestsAndSizes() {
    for (String claim :
        List.of(
            "\"sha256\":5",
            "\"sha256\":\"\"",
            "\"sha256\":\"abc\"",
            "\"sha256\":\"" + "g".repeat(64) + "\"",
            "\"sha256\":\"" + "0".repeat(63) + "\"",
            "\"sha256\":\"" + "0".repeat(65) + "\"",
            "\"sha256\":\"" + "\u0660".repeat(64) + "\"",
            "\"size\":\"12\"",
            "\"size\":1.5",
            "\"size\":0",
            "\"size\":-1",
            "\"size\":[]")) {
      malformed("{" + QUESTION + ",\"image\":{" + claim + ",\"uri\":\"https://h/a\"}}");
    }
  }
}
