package io.cropvqa.model.processing;

import io.cropvqa.hostile.HostileCase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Chat templates and tokenizers that came with a checkpoint from anywhere. */
public final class HostileTemplates {
  private final List<HostileCase> cases = new ArrayList<>();

  private HostileTemplates() {}

  /** All of them; their files go into a folder. */
  public static List<HostileCase> all(Path folder) throws IOException {
    HostileTemplates templates = new HostileTemplates();
    templates.endless();
    templates.reachingOut();
    templates.broken();
    templates.tokenizers(folder);
    return templates.cases;
  }

  private void template(String expected, String source) {
    cases.add(
        new HostileCase(
            "template %d: %s"
                .formatted(cases.size(), source.substring(0, Math.min(100, source.length()))),
            expected,
            () ->
                new ChatTemplate("chat template", source, Map.of())
                    .render(List.of(Message.user(new Message.TextPart("What?"))), true)));
  }

  private void endless() {
    String loop = "{% for i in range(1000) %}";
    String end = "{% endfor %}";
    template("chat template", loop.repeat(4) + "x" + end.repeat(4));
    template("chat template", loop.repeat(4) + end.repeat(4));
    template("chat template", loop.repeat(3) + "{% set a = i %}" + end.repeat(3));
    template(HostileCase.ACCEPTED, "{% for i in range(10000000000) %}x{% endfor %}");
    template("chat template", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}");
    template(
        "chat template",
        "{% set a = 'xxxxxxxxxx' %}" + "{% set a = a ~ a %}".repeat(40) + "{{ a }}");
    template("chat template", "{% if true %}".repeat(20_000) + "{% endif %}".repeat(20_000));
    template("chat template", "{{ " + "(".repeat(20_000) + "1" + ")".repeat(20_000) + " }}");
  }

  private void reachingOut() {
    for (String tag : List.of("include", "import", "extends")) {
      for (String file : List.of("/etc/passwd", "application.properties", "file:///etc/passwd")) {
        String rest = tag.equals("import") ? " as a" : "";
        template("chat template", "{% " + tag + " '" + file + "'" + rest + " %}");
      }
    }
    template("chat template", "{% from '/etc/passwd' import a %}");
    template("chat template", "{{ raise_exception('no') }}");
  }

  private void broken() {
    template("chat template", "{{ messages");
    template("chat template", "{% for m in messages %}");
    template("chat template", "{% endfor %}");
    template("chat template", "{% nonsense %}");
    template("chat template", "{% raw %}{{ a }}{% endraw %}");
    template("chat template", "{{ 'open }}");
  }

  private void tokenizers(Path folder) throws IOException {
    int number = 0;
    for (String json : List.of("[]", "5", "\"a\"", "null")) {
      tokenizer(folder.resolve("t" + number++), json, "holds no JSON object");
    }
    for (String json : List.of("{", "x", "{\"a\":NaN}", "{\"a\":" + "[".repeat(5000))) {
      tokenizer(folder.resolve("t" + number++), json, "is not JSON");
    }
  }

  private void tokenizer(Path folder, String json, String expected) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("tokenizer.json"), json);
    cases.add(
        new HostileCase(
            "tokenizer: " + (json.length() > 80 ? json.substring(0, 80) : json),
            expected,
            () -> TextTokenizer.load(folder)));
  }
}
