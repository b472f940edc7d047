package io.cropvqa.evaluation.scenes;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Makes scenes: the same split, seed and index give the same scene, byte for byte on one JDK.
 *
 * <p>Safe for use by many threads.
 */
public final class SceneGenerator {
  /** Width and height of a scene in pixels. */
  public static final int SIZE = 256;

  private final SceneAssets assets;
  private final Backdrop backdrop;
  private final Split split;
  private final long seed;

  public SceneGenerator(Split split, long seed) {
    this.assets = SceneAssets.of(split);
    this.backdrop = new Backdrop(assets.backgrounds(), split);
    this.split = split;
    this.seed = seed;
  }

  Split split() {
    return split;
  }

  /** Names of all objects that scenes may hold. */
  public List<String> names() {
    return assets.names();
  }

  public Scene scene(long index) {
    Random random = random(index, "picture");
    BufferedImage picture = backdrop.paint(random);
    Layout layout = layout(random);
    Graphics2D canvas = picture.createGraphics();
    canvas.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    canvas.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    List<SceneItem> items = layout.paint(canvas);
    canvas.dispose();
    return new Scene(picture, items);
  }

  private Layout layout(Random random) {
    Optional<Layout> layout;
    do { // a crowd that finds no room is sent home, and another comes
      layout = Layout.of(new Cast(split, assets, random).choose(), random);
    } while (layout.isEmpty());
    return layout.get();
  }

  /** A source of chance that belongs to one scene and one use. */
  Random random(long index, String use) {
    long mixed = seed;
    for (long part : new long[] {split.wireName().hashCode(), use.hashCode(), index}) {
      mixed = (mixed ^ part) * 0x9E3779B97F4A7C15L; // golden ratio, as in SplitMix64
      mixed ^= mixed >>> 32;
    }
    return new Random(mixed);
  }
}
