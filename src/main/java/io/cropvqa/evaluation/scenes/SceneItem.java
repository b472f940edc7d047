package io.cropvqa.evaluation.scenes;

import java.util.Optional;

/**
 * An object of a scene with what belongs to it.
 *
 * @param name what it is
 * @param card colour of the card behind it
 * @param sign what the sign beside it says
 * @param box all of it: drawing, card and sign
 * @param signBox the sign alone
 */
public record SceneItem(
    String name,
    Optional<CardColor> card,
    Optional<Sign> sign,
    PixelBox box,
    Optional<PixelBox> signBox) {

  boolean says(Sign.Kind kind) {
    return sign.isPresent() && sign.get().kind() == kind;
  }

  double distanceTo(double x, double y) {
    return Math.hypot(box.centreX() - x, box.centreY() - y);
  }
}
