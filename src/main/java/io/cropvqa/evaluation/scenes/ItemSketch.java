package io.cropvqa.evaluation.scenes;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.Optional;

/**
 * An object that has its looks and no place yet. The sign stands beside the card, or beside the
 * drawing where there is no card.
 *
 * @param name what it is
 * @param drawing scaled and mirrored as it will be painted
 * @param card the card behind it
 * @param sign the sign beside it
 * @param side where the sign stands
 */
record ItemSketch(
    String name, BufferedImage drawing, Optional<Card> card, Optional<Signboard> sign, Side side) {
  private static final int GAP = 1;

  /** Where a sign stands. */
  enum Side {
    BELOW,
    ABOVE,
    RIGHT,
    LEFT;

    boolean stacks() {
      return this == BELOW || this == ABOVE;
    }

    boolean isBefore() {
      return this == ABOVE || this == LEFT;
    }
  }

  int width() {
    int board = sign.map(Signboard::width).orElse(0);
    return side.stacks() ? Math.max(cardWidth(), board) : cardWidth() + spaced(board);
  }

  int height() {
    int board = sign.map(Signboard::height).orElse(0);
    return side.stacks() ? cardHeight() + spaced(board) : Math.max(cardHeight(), board);
  }

  private static int spaced(int board) {
    return board == 0 ? 0 : board + GAP;
  }

  private int cardWidth() {
    return drawing.getWidth() + 2 * padding();
  }

  private int cardHeight() {
    return drawing.getHeight() + 2 * padding();
  }

  private int padding() {
    return card.map(Card::padding).orElse(0);
  }

  /** Paints it with its upper left corner at a place. */
  SceneItem paint(Graphics2D canvas, int x, int y) {
    int cardX = x + (side.stacks() ? (width() - cardWidth()) / 2 : before(width() - cardWidth()));
    int cardY =
        y + (side.stacks() ? before(height() - cardHeight()) : (height() - cardHeight()) / 2);
    card.ifPresent(behind -> behind.paint(canvas, cardX, cardY, cardWidth(), cardHeight()));
    canvas.drawImage(drawing, cardX + padding(), cardY + padding(), null);
    Optional<PixelBox> signBox = sign.map(board -> paint(board, canvas, x, y));
    return new SceneItem(
        name,
        card.map(Card::color),
        sign.map(Signboard::sign),
        new PixelBox(x, y, x + width(), y + height()),
        signBox);
  }

  private int before(int length) {
    return side.isBefore() ? length : 0;
  }

  private PixelBox paint(Signboard board, Graphics2D canvas, int x, int y) {
    int freeX = width() - board.width();
    int freeY = height() - board.height();
    int boardX = x + (side.stacks() ? freeX / 2 : freeX - before(freeX));
    int boardY = y + (side.stacks() ? freeY - before(freeY) : freeY / 2);
    board.paint(canvas, boardX, boardY);
    return new PixelBox(boardX, boardY, boardX + board.width(), boardY + board.height());
  }
}
