package io.cropvqa.model.processing;

import java.util.Set;

/**
 * Turns a Jinja template into one that Jinjava renders alike.
 *
 * <p>transformers renders with {@code trim_blocks} (a newline after a block goes) and {@code
 * lstrip_blocks} (blanks before a block go, if nothing else is before it on its line). Jinjava's
 * own {@code lstrip_blocks} also takes blanks after other text, which changes prompts. So
 * whitespace is settled here, and the source that comes out has no comments, no {@code -} or {@code
 * +} marks, no {@code generation} tags (they mean something in training only), and string literals
 * with no escapes but those of quote and backslash. (Jinja 3.1, lexer.py.)
 *
 * <p>What Jinjava would get wrong without a word is refused.
 */
final class JinjavaSource {
  private static final Set<String> DROPPED = Set.of("generation", "endgeneration");

  /** Jinjava takes for ever over many. */
  private static final int MAX_PARENTHESES = 200;

  private final String source;
  private final StringBuilder settled = new StringBuilder();
  private int position;

  /** Whether the last thing read ended with a newline, or nothing was read yet. */
  private boolean atLineStart = true;

  private JinjavaSource(String source) {
    this.source = source;
  }

  /**
   * @throws IllegalArgumentException if a tag is not closed, or is not supported
   */
  static String of(String source) {
    String unix = source.replace("\r\n", "\n").replace('\r', '\n');
    // Jinja drops one newline at the end, as editors add one.
    return new JinjavaSource(unix.endsWith("\n") ? unix.substring(0, unix.length() - 1) : unix)
        .run();
  }

  private String run() {
    int open = nextTag();
    while (open >= 0) {
      text(open);
      JinjaTag tag = JinjaTag.at(source, open);
      position = tag.end();
      trimAfter(tag);
      emit(tag);
      open = nextTag();
    }
    settled.append(source, position, source.length());
    return settled.toString();
  }

  private int nextTag() {
    for (int i = source.indexOf('{', position); i >= 0; i = source.indexOf('{', i + 1)) {
      if (i + 1 < source.length() && "{%#".indexOf(source.charAt(i + 1)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  /** Text up to a tag, without the blanks that the tag takes away before itself. */
  private void text(int open) {
    String text = source.substring(position, open);
    char mark = open + 2 < source.length() ? source.charAt(open + 2) : 0;
    boolean isOutput = source.charAt(open + 1) == '{';
    if (mark == '-') {
      text = text.stripTrailing();
    } else if (mark != '+' && !isOutput) {
      int line = text.lastIndexOf('\n') + 1;
      boolean firstOnItsLine = (line > 0 || atLineStart) && text.substring(line).isBlank();
      text = firstOnItsLine ? text.substring(0, line) : text;
    }
    settled.append(text);
  }

  private void trimAfter(JinjaTag tag) {
    int start = position;
    if (tag.closeMark() == '-') {
      while (position < source.length() && Character.isWhitespace(source.charAt(position))) {
        position++;
      }
    } else if (tag.kind() != '{' && tag.closeMark() != '+' && source.startsWith("\n", position)) {
      position++;
    }
    atLineStart = position > start && source.charAt(position - 1) == '\n';
  }

  private void emit(JinjaTag tag) {
    requireSupported(tag);
    if (tag.kind() == '{') {
      settled.append("{{ ").append(tag.body()).append(" }}");
    } else if (tag.kind() == '%' && !DROPPED.contains(tag.body())) {
      settled.append("{% ").append(tag.body()).append(" %}");
    }
  }

  private static void requireSupported(JinjaTag tag) {
    if (tag.body().chars().filter(c -> c == '(').count() > MAX_PARENTHESES) {
      throw new IllegalArgumentException(
          "a tag has more than %d parentheses: split it up".formatted(MAX_PARENTHESES));
    }
    if (tag.kind() == '%' && tag.body().equals("raw")) {
      throw new IllegalArgumentException(
          "{% raw %} is not supported: quote the text in {{ '...' }} instead");
    }
    if (tag.isFilteredLoop()) {
      throw new IllegalArgumentException(
          "{%% %s %%} is not supported: put the condition in an {%% if %%} inside the loop"
              .formatted(tag.body()));
    }
  }
}
