package io.cropvqa.model.processing;

import java.util.regex.Pattern;

/**
 * One tag of a Jinja template.
 *
 * @param kind <code>{</code> for output, {@code %} for a statement, {@code #} for a comment
 * @param body what is between the delimiters and their marks, string literals re-written so that
 *     quote and backslash alone are escaped
 * @param outline the body without what is in strings or brackets
 * @param closeMark {@code -}, {@code +} or, for none, a blank
 * @param end first position after the tag
 */
record JinjaTag(char kind, String body, String outline, char closeMark, int end) {
  private static final Pattern FILTERED_LOOP =
      Pattern.compile("for\\s.*\\sif\\s.*", Pattern.DOTALL);

  /**
   * The tag whose opening delimiter is at a position.
   *
   * @throws IllegalArgumentException if it isn't closed
   */
  static JinjaTag at(String source, int open) {
    char kind = source.charAt(open + 1);
    return kind == '#' ? comment(source, open) : new Scan(source, open, kind).run();
  }

  /** Whether this is a {@code for ... in ... if ...}. */
  boolean isFilteredLoop() {
    return kind == '%' && FILTERED_LOOP.matcher(outline).matches();
  }

  private static JinjaTag comment(String source, int open) {
    int close = source.indexOf("#}", open + 2);
    if (close < 0) {
      throw unclosed(source, open);
    }
    return new JinjaTag('#', "", "", mark(source.charAt(close - 1)), close + 2);
  }

  private static char mark(char before) {
    return before == '-' || before == '+' ? before : ' ';
  }

  private static IllegalArgumentException unclosed(String source, int open) {
    long line = source.substring(0, open).lines().count();
    return new IllegalArgumentException(
        "line %d: tag is not closed: %s"
            .formatted(line, source.substring(open, Math.min(source.length(), open + 30))));
  }

  /** Looks for the closing delimiter, outside of strings and brackets. */
  private static final class Scan {
    private final String source;
    private final int open;
    private final char kind;
    private final StringBuilder body = new StringBuilder();
    private final StringBuilder outline = new StringBuilder();
    private int position;
    private int depth;

    Scan(String source, int open, char kind) {
      this.source = source;
      this.open = open;
      this.kind = kind;
      this.position = open + 2;
    }

    JinjaTag run() {
      if (position < source.length() && mark(source.charAt(position)) != ' ') {
        position++;
      }
      String close = kind == '{' ? "}}" : "%}";
      while (position < source.length()) {
        if (depth == 0 && source.startsWith(close, position)) {
          return closed();
        }
        step();
      }
      throw unclosed(source, open);
    }

    private JinjaTag closed() {
      int last = body.length() - 1;
      char mark = last < 0 ? ' ' : mark(body.charAt(last));
      String inner = mark == ' ' ? body.toString() : body.substring(0, last);
      return new JinjaTag(kind, inner.strip(), outline.toString().strip(), mark, position + 2);
    }

    private void step() {
      char c = source.charAt(position);
      if (c == '\'' || c == '"') {
        string(c);
        return;
      }
      if ("([{".indexOf(c) >= 0) {
        depth++;
      } else if (")]}".indexOf(c) >= 0) {
        depth--;
      } else if (depth == 0) {
        outline.append(c);
      }
      boolean wouldClose = c == '}' && body.length() > 0 && body.charAt(body.length() - 1) == '}';
      body.append(wouldClose ? " }" : c);
      position++;
    }

    private void string(char quote) {
      body.append(quote);
      position++;
      while (position < source.length() && source.charAt(position) != quote) {
        char c = source.charAt(position++);
        if (c == '\\' && position < source.length()) {
          c = source.charAt(position++);
          literal(unescape(c), quote);
        } else {
          literal(String.valueOf(c), quote);
        }
      }
      body.append(quote);
      position++;
    }

    /** What Python makes of an escape; one it doesn't know stays as it is, backslash and all. */
    private String unescape(char c) {
      return switch (c) {
        case 'n' -> "\n";
        case 't' -> "\t";
        case 'r' -> "\r";
        case '\\', '\'', '"' -> String.valueOf(c);
        case 'u' -> codePoint(4);
        case 'x' -> codePoint(2);
        default -> "\\" + c;
      };
    }

    private String codePoint(int digits) {
      int end = Math.min(source.length(), position + digits);
      try {
        String text = Character.toString(Integer.parseInt(source, position, end, 16));
        position = end;
        return text;
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(
            "not a hexadecimal escape: " + source.substring(position - 2, end), e);
      }
    }

    private void literal(String text, char quote) {
      for (char c : text.toCharArray()) {
        if (c == quote || c == '\\') {
          body.append('\\');
        }
        body.append(c);
      }
    }
  }
}
