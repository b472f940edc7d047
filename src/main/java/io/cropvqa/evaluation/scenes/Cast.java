package io.cropvqa.evaluation.scenes;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Chooses the objects of a scene: one of them one to four times, each number of times as often, so
 * that no answer to "how many" is the better guess; every other one once.
 */
final class Cast {
  private static final int MOST_REPEATS = 4;
  private static final double CARD = 0.6;
  private static final double NUMBER = 0.5;
  private static final double WORD = 0.35;

  private final Split split;
  private final SceneAssets assets;
  private final Random random;
  private final List<String> numbers;
  private final List<String> words;

  Cast(Split split, SceneAssets assets, Random random) {
    this.split = split;
    this.assets = assets;
    this.random = random;
    this.numbers = shuffled(SceneVocabulary.NUMBERS);
    this.words = shuffled(SceneVocabulary.WORDS);
  }

  /** The scene's objects, the repeated one first. */
  List<ItemSketch> choose() {
    List<String> names = shuffled(assets.names());
    int repeats = 1 + random.nextInt(MOST_REPEATS);
    int least = Math.max(split.leastItems(), repeats + 1);
    int items = least + random.nextInt(split.mostItems() - least + 1);
    List<ItemSketch> chosen = new ArrayList<>();
    for (int item = 0; item < items; item++) {
      chosen.add(sketch(names.get(Math.max(0, item - repeats + 1)), item));
    }
    return chosen;
  }

  private List<String> shuffled(List<String> all) {
    List<String> shuffled = new ArrayList<>(all);
    Collections.shuffle(shuffled, random);
    return shuffled;
  }

  private ItemSketch sketch(String name, int item) {
    BufferedImage drawing = drawing(pick(assets.cutouts().get(name)));
    Optional<Card> card =
        random.nextDouble() < CARD ? Optional.of(Card.draw(random)) : Optional.empty();
    Optional<Signboard> sign =
        sign(item).map(says -> Signboard.draw(says, pick(assets.typefaces()), random));
    return new ItemSketch(name, drawing, card, sign, side());
  }

  private <T> T pick(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  private Optional<Sign> sign(int item) {
    double chance = random.nextDouble();
    if (chance < NUMBER) {
      return Optional.of(new Sign(Sign.Kind.NUMBER, numbers.get(item)));
    }
    return chance < NUMBER + WORD
        ? Optional.of(new Sign(Sign.Kind.WORD, words.get(item)))
        : Optional.empty();
  }

  /** Below as often as anywhere else twice. */
  private ItemSketch.Side side() {
    ItemSketch.Side[] sides = ItemSketch.Side.values();
    return sides[Math.max(0, random.nextInt(sides.length + 1) - 1)];
  }

  private BufferedImage drawing(BufferedImage cutout) {
    double scale = (30 + random.nextInt(13)) / (double) longest(cutout);
    int width = Math.max(6, (int) Math.round(cutout.getWidth() * scale));
    int height = Math.max(6, (int) Math.round(cutout.getHeight() * scale));
    boolean mirrored = random.nextBoolean();
    BufferedImage drawing = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
    Graphics2D canvas = drawing.createGraphics();
    canvas.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    canvas.drawImage(cutout, mirrored ? width : 0, 0, mirrored ? -width : width, height, null);
    canvas.dispose();
    return drawing;
  }

  private static int longest(BufferedImage picture) {
    return Math.max(picture.getWidth(), picture.getHeight());
  }
}
