package io.cropvqa.image;

import java.io.ByteArrayOutputStream;
import java.util.function.IntBinaryOperator;

/**
 * Writes a lossless WebP (RFC 9649, section 3) in its simplest form: no transform, and in every
 * channel one of two values, so that a channel costs one bit a pixel.
 */
final class LosslessWebp {
  static final int LOW = 0x20;
  static final int HIGH = 0xE0;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private int pending;
  private int pendingBits;

  private LosslessWebp() {}

  /**
   * The data of a VP8L chunk.
   *
   * @param channels by x and y: bit 0 red high, bit 1 green high, bit 2 blue high
   */
  static byte[] vp8l(int width, int height, IntBinaryOperator channels) {
    LosslessWebp out = header(width, height);
    out.twoSymbols(LOW, HIGH);
    out.twoSymbols(LOW, HIGH);
    out.twoSymbols(LOW, HIGH);
    out.oneSymbol(0xFF);
    out.oneSymbol(0);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int pixel = channels.applyAsInt(x, y);
        out.bits(pixel >> 1 & 1, 1);
        out.bits(pixel & 1, 1);
        out.bits(pixel >> 2 & 1, 1);
      }
    }
    return out.finish();
  }

  /** A picture of one colour, whose pixels cost nothing at all: 268 million fit into 30 bytes. */
  static byte[] bomb(int width, int height) {
    LosslessWebp out = header(width, height);
    for (int channel = 0; channel < 5; channel++) {
      out.oneSymbol(channel == 4 ? 0 : LOW);
    }
    return out.finish();
  }

  /** Data of a VP8X chunk: a canvas, and no feature. */
  static byte[] vp8x(int width, int height) {
    LosslessWebp out = new LosslessWebp();
    out.bits(0, 16);
    out.bits(0, 16);
    out.bits(width - 1, 24);
    out.bits(height - 1, 24);
    return out.finish();
  }

  private static LosslessWebp header(int width, int height) {
    LosslessWebp out = new LosslessWebp();
    out.bits(0x2F, 8);
    out.bits(width - 1, 14);
    out.bits(height - 1, 14);
    // no alpha, version 0, no transform, no colour cache, one prefix code group
    out.bits(0, 1 + 3 + 1 + 1 + 1);
    return out;
  }

  private void oneSymbol(int symbol) {
    bits(1, 1);
    bits(0, 1);
    bits(1, 1);
    bits(symbol, 8);
  }

  private void twoSymbols(int first, int second) {
    bits(1, 1);
    bits(1, 1);
    bits(1, 1);
    bits(first, 8);
    bits(second, 8);
  }

  private void bits(int value, int count) {
    for (int i = 0; i < count; i++) {
      pending |= (value >> i & 1) << pendingBits++;
      if (pendingBits == 8) {
        flush();
      }
    }
  }

  private void flush() {
    bytes.write(pending);
    pending = 0;
    pendingBits = 0;
  }

  private byte[] finish() {
    if (pendingBits > 0) {
      flush();
    }
    return bytes.toByteArray();
  }
}
