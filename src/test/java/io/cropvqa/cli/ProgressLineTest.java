package io.cropvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressLineTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @Test
  void aLogGetsALineForEachTenth() {
    show(false, 40);

    assertThat(out.toString(StandardCharsets.UTF_8).lines())
        .hasSize(11)
        .startsWith("  0 %  0 of 40 questions")
        .endsWith("100 %  40 of 40 questions");
  }

  @Test
  void aTerminalGetsOneLineThatIsDrawnAnew() {
    show(true, 4);

    String[] drawn = out.toString(StandardCharsets.UTF_8).split("\r");
    assertThat(drawn).hasSize(6); // nothing, then 0 to 4
    assertThat(drawn[3])
        .startsWith("[===============>              ]  50 %  2 of 4 questions, 0:0")
        .contains(" left");
    assertThat(drawn[5]).startsWith("[" + "=".repeat(30) + "] 100 %").endsWith("\n");
  }

  private void show(boolean terminal, int all) {
    ProgressLine line =
        new ProgressLine("questions", new PrintStream(out, true, StandardCharsets.UTF_8), terminal);
    for (int done = 0; done <= all; done++) {
      line.show(done, all);
    }
  }
}
