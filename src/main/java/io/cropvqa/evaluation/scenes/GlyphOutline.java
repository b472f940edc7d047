package io.cropvqa.evaluation.scenes;

import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the SVG path data of a glyph: absolute commands {@code M L H V Q C Z}. */
final class GlyphOutline {
  private static final Pattern TOKEN = Pattern.compile("[A-Za-z]|-?\\d+(?:\\.\\d+)?");

  private final Path2D path = new Path2D.Double(Path2D.WIND_NON_ZERO);
  private final Matcher tokens;
  private boolean more;

  private GlyphOutline(String data) {
    tokens = TOKEN.matcher(data);
    more = tokens.find();
  }

  /**
   * @throws IllegalArgumentException for a command that isn't one of those
   */
  static Path2D parse(String data) {
    GlyphOutline outline = new GlyphOutline(data);
    while (outline.more) {
      outline.command(outline.next().charAt(0));
    }
    return outline.path;
  }

  private void command(char command) {
    if (command == 'Z') {
      path.closePath();
      return;
    }
    draw(command);
    while (more && !Character.isLetter(tokens.group().charAt(0))) {
      draw(command == 'M' ? 'L' : command); // more coordinates repeat the command
    }
  }

  private void draw(char command) {
    Point2D at = path.getCurrentPoint();
    switch (command) {
      case 'M' -> path.moveTo(number(), number());
      case 'L' -> path.lineTo(number(), number());
      case 'H' -> path.lineTo(number(), at.getY());
      case 'V' -> path.lineTo(at.getX(), number());
      case 'Q' -> path.quadTo(number(), number(), number(), number());
      case 'C' -> path.curveTo(number(), number(), number(), number(), number(), number());
      default -> throw new IllegalArgumentException("path command " + command + " is not known");
    }
  }

  private double number() {
    return Double.parseDouble(next());
  }

  private String next() {
    String token = tokens.group();
    more = tokens.find();
    return token;
  }
}
