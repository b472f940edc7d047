package io.cropvqa.cli;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/**
 * A progress bar on one line of a terminal; elsewhere, as in a log, one line for each tenth.
 *
 * <pre>
 * [=========>                    ]  31 %   93 of 300 questions, 1:12 left
 * </pre>
 */
final class ProgressLine {
  private static final int WIDTH = 30;

  private final PrintStream out;
  private final boolean terminal;
  private final String unit;
  private final long started = System.nanoTime();
  private int shown = -1;

  /**
   * @param unit what is counted, in the plural
   */
  ProgressLine(String unit) {
    this(unit, System.err, System.console() != null);
  }

  ProgressLine(String unit, PrintStream out, boolean terminal) {
    this.unit = unit;
    this.out = out;
    this.terminal = terminal;
  }

  void show(int done, int all) {
    int step = (int) (done * (terminal ? 100L : 10L) / all);
    if (step == shown) {
      return;
    }
    shown = step;
    if (!terminal) {
      out.println(text(done, all));
      return;
    }
    int filled = done * WIDTH / all;
    String bar = "=".repeat(filled) + (filled < WIDTH ? ">" : "");
    out.print(String.format(Locale.ROOT, "\r[%-" + WIDTH + "s] %s ", bar, text(done, all)));
    if (done == all) {
      out.println();
    }
    out.flush();
  }

  private String text(int done, int all) {
    String counted =
        String.format(Locale.ROOT, "%3d %%  %d of %d %s", done * 100L / all, done, all, unit);
    return done == 0 || done == all ? counted : counted + ", " + left(done, all) + " left";
  }

  private String left(int done, int all) {
    Duration gone = Duration.ofNanos(System.nanoTime() - started);
    Duration left = gone.multipliedBy(all - (long) done).dividedBy(done);
    return "%d:%02d".formatted(left.toMinutes(), left.toSecondsPart());
  }
}
