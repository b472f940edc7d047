package io.cropvqa.image;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import javax.imageio.IIOException;

/**
 * Takes RGB out of whatever a reader decoded to. It reads the stored samples and not {@link
 * BufferedImage#getRGB}, which bends grey values through a linear colour space.
 */
final class RgbConversion {

  private RgbConversion() {}

  static Pixels of(BufferedImage image) throws IOException {
    Pixels pixels = Pixels.blank(image.getWidth(), image.getHeight());
    if (image.getColorModel() instanceof IndexColorModel palette) {
      fromPalette(image.getRaster(), palette, pixels);
    } else {
      fromSamples(image.getRaster(), redGreenBlue(image), pixels);
    }
    return pixels;
  }

  /** Which bands hold red, green and blue; an alpha band follows them and is left out. */
  private static int[] redGreenBlue(BufferedImage image) throws IIOException {
    return switch (image.getColorModel().getColorSpace().getType()) {
      case ColorSpace.TYPE_GRAY -> new int[] {0, 0, 0};
      case ColorSpace.TYPE_RGB -> new int[] {0, 1, 2};
      default -> throw new IIOException("colours are neither grey nor RGB");
    };
  }

  private static void fromPalette(Raster raster, IndexColorModel palette, Pixels pixels) {
    int[] colours = new int[palette.getMapSize()];
    palette.getRGBs(colours);
    int[] row = new int[pixels.width()];
    int at = 0;
    for (int y = 0; y < pixels.height(); y++) {
      raster.getSamples(0, y, pixels.width(), 1, 0, row);
      for (int index : row) {
        int colour = colours[index];
        pixels.rgb()[at++] = (byte) (colour >> 16);
        pixels.rgb()[at++] = (byte) (colour >> 8);
        pixels.rgb()[at++] = (byte) colour;
      }
    }
  }

  private static void fromSamples(Raster raster, int[] bands, Pixels pixels) {
    int shift = Math.max(0, raster.getSampleModel().getSampleSize(0) - Byte.SIZE);
    int count = raster.getNumBands();
    int[] row = new int[pixels.width() * count];
    int at = 0;
    for (int y = 0; y < pixels.height(); y++) {
      raster.getPixels(0, y, pixels.width(), 1, row);
      for (int x = 0; x < row.length; x += count) {
        for (int band : bands) {
          pixels.rgb()[at++] = (byte) (row[x + band] >> shift);
        }
      }
    }
  }
}
