package io.cropvqa.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The one EXIF field that changes what a picture shows. */
final class Exif {
  private static final short LITTLE_ENDIAN = 0x4949;
  private static final int ORIENTATION = 0x0112;
  private static final int ENTRY_BYTES = 12;
  private static final int VALUE_OFFSET = 8;

  private Exif() {}

  /**
   * Orientation in the first directory of a TIFF block. A block that makes no sense turns nothing:
   * the pixels are good all the same.
   */
  static Orientation orientation(ByteBuffer tiff) {
    try {
      return Orientation.ofTag(orientationTag(tiff));
    } catch (IndexOutOfBoundsException e) {
      return Orientation.TOP_LEFT;
    }
  }

  private static int orientationTag(ByteBuffer tiff) {
    tiff.order(tiff.getShort(0) == LITTLE_ENDIAN ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    int directory = tiff.getInt(4);
    int entries = Short.toUnsignedInt(tiff.getShort(directory));
    for (int i = 0; i < entries; i++) {
      int entry = directory + Short.BYTES + i * ENTRY_BYTES;
      if (tiff.getShort(entry) == ORIENTATION) {
        return tiff.getShort(entry + VALUE_OFFSET);
      }
    }
    return 0;
  }
}
