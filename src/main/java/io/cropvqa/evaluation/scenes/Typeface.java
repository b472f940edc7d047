package io.cropvqa.evaluation.scenes;

import com.fasterxml.jackson.databind.JsonNode;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.util.HashMap;
import java.util.Map;

/**
 * Outlines of the characters that signs need. Lettering is filled from them and not set with the
 * JDK's fonts, which come out differently with each system's font library, or not at all without
 * one.
 */
final class Typeface {
  private record Glyph(Path2D outline, double advance) {}

  private final Map<Character, Glyph> glyphs;
  private final double unitsPerEm;

  private Typeface(Map<Character, Glyph> glyphs, double unitsPerEm) {
    this.glyphs = glyphs;
    this.unitsPerEm = unitsPerEm;
  }

  /** Reads {@code {"unitsPerEm", "glyphs": {"a": {"advance", "outline": SVG path data}}}}. */
  static Typeface of(JsonNode json) {
    Map<Character, Glyph> glyphs = new HashMap<>();
    for (Map.Entry<String, JsonNode> glyph : json.get("glyphs").properties()) {
      glyphs.put(
          glyph.getKey().charAt(0),
          new Glyph(
              GlyphOutline.parse(glyph.getValue().get("outline").textValue()),
              glyph.getValue().get("advance").doubleValue()));
    }
    return new Typeface(glyphs, json.get("unitsPerEm").doubleValue());
  }

  /**
   * A line of text.
   *
   * @param size of the em in pixels
   * @return its outline in pixels, the baseline at 0
   */
  Shape outline(String text, double size) {
    double scale = size / unitsPerEm;
    Path2D line = new Path2D.Double();
    double pen = 0;
    for (char character : text.toCharArray()) {
      Glyph glyph = glyphs.get(character);
      AffineTransform place = AffineTransform.getTranslateInstance(pen, 0);
      place.scale(scale, scale);
      line.append(glyph.outline().getPathIterator(place), false);
      pen += glyph.advance() * scale;
    }
    return line;
  }
}
