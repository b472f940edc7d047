package io.cropvqa.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The console is files only; these are the promises about them that can be read off. */
class ConsoleTest {

  @ParameterizedTest
  @ValueSource(strings = {"index.html", "console.css", "console.js"})
  void nothingComesFromElsewhere(String name) throws IOException {
    String text = file(name).replace("http://www.w3.org/2000/svg", "");
    assertThat(text).doesNotContain("http://", "https://", "src=\"//", "href=\"//", "@import");
  }

  @Test
  void everyControlHasALabel() throws IOException {
    String page = file("index.html");
    List<String> controls = all("<(?:input|select) id=\"(\\w+)\"", page);
    assertThat(controls).contains("image", "question", "pruning", "budget");
    assertThat(all("<label for=\"(\\w+)\"", page)).containsExactlyElementsOf(controls);
  }

  @Test
  void theScriptFindsEveryElementItAsksFor() throws IOException {
    List<String> ids = all(" id=\"([\\w-]+)\"", file("index.html"));
    assertThat(ids).doesNotHaveDuplicates();
    assertThat(all("byId\\('([\\w-]+)'\\)", file("console.js"))).isNotEmpty().isSubsetOf(ids);
  }

  private static List<String> all(String pattern, String text) {
    return Pattern.compile(pattern).matcher(text).results().map(match -> match.group(1)).toList();
  }

  private static String file(String name) throws IOException {
    try (InputStream in = ConsoleTest.class.getResourceAsStream("/META-INF/resources/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
