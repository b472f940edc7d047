package io.cropvqa.evaluation.scenes;

import java.awt.Graphics2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Objects and the places found for them, so far apart that none touches another.
 *
 * @param sketches the objects
 * @param places one for each of them
 */
record Layout(List<ItemSketch> sketches, List<PixelBox> places) {
  private static final int EDGE = 2;
  private static final int GAP = 8;
  private static final int TRIES = 200;

  /** Places for all, or none if one finds no room. */
  static Optional<Layout> of(List<ItemSketch> sketches, Random random) {
    List<PixelBox> places = new ArrayList<>();
    for (ItemSketch sketch : sketches) {
      Optional<PixelBox> place = place(sketch, places, random);
      if (place.isEmpty()) {
        return Optional.empty();
      }
      places.add(place.get());
    }
    return Optional.of(new Layout(sketches, places));
  }

  private static Optional<PixelBox> place(ItemSketch sketch, List<PixelBox> taken, Random random) {
    for (int attempt = 0; attempt < TRIES; attempt++) {
      int x = EDGE + random.nextInt(SceneGenerator.SIZE - sketch.width() - 2 * EDGE + 1);
      int y = EDGE + random.nextInt(SceneGenerator.SIZE - sketch.height() - 2 * EDGE + 1);
      PixelBox box = new PixelBox(x, y, x + sketch.width(), y + sketch.height());
      if (taken.stream().noneMatch(other -> other.isWithin(GAP, box))) {
        return Optional.of(box);
      }
    }
    return Optional.empty();
  }

  List<SceneItem> paint(Graphics2D canvas) {
    List<SceneItem> items = new ArrayList<>();
    for (int i = 0; i < sketches.size(); i++) {
      items.add(sketches.get(i).paint(canvas, places.get(i).left(), places.get(i).top()));
    }
    return List.copyOf(items);
  }
}
