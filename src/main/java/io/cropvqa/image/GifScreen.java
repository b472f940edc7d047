package io.cropvqa.image;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import javax.imageio.metadata.IIOMetadata;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/**
 * The logical screen of a GIF (GIF89a, section 18). A frame may cover only a part of it, and the
 * picture is the screen.
 */
record GifScreen(int width, int height) {
  private static final String METADATA_FORMAT = "javax_imageio_gif_image_1.0";
  private static final int SIZE_OFFSET = 6;

  static GifScreen of(byte[] gif) {
    ByteBuffer header = ByteBuffer.wrap(gif).order(ByteOrder.LITTLE_ENDIAN);
    return new GifScreen(
        Short.toUnsignedInt(header.getShort(SIZE_OFFSET)),
        Short.toUnsignedInt(header.getShort(SIZE_OFFSET + 2)));
  }

  /**
   * The screen with one frame on it. Around the frame lies the transparent colour or, where there
   * is none, colour 0, as in PIL.
   */
  BufferedImage withFrame(BufferedImage frame, IIOMetadata metadata) {
    boolean covers = frame.getWidth() == width && frame.getHeight() == height;
    if (covers || width == 0 || height == 0) {
      return frame;
    }
    IndexColorModel palette = (IndexColorModel) frame.getColorModel();
    WritableRaster screen = palette.createCompatibleWritableRaster(width, height);
    int[] row = new int[width];
    Arrays.fill(row, Math.max(0, palette.getTransparentPixel()));
    for (int y = 0; y < height; y++) {
      screen.setSamples(0, y, width, 1, 0, row);
    }
    Element descriptor = imageDescriptor(metadata);
    int left = Integer.parseInt(descriptor.getAttribute("imageLeftPosition"));
    int top = Integer.parseInt(descriptor.getAttribute("imageTopPosition"));
    screen.setRect(left, top, frame.getRaster());
    return new BufferedImage(palette, screen, false, null);
  }

  private static Element imageDescriptor(IIOMetadata metadata) {
    Node node = metadata.getAsTree(METADATA_FORMAT).getFirstChild();
    while (!node.getNodeName().equals("ImageDescriptor")) {
      node = node.getNextSibling();
    }
    return (Element) node;
  }
}
