package io.cropvqa.image;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Encoded images, made here so that every pixel is known. */
public final class SampleImages {

  private SampleImages() {}

  /** Every pixel differs from its neighbours, and no two rows or columns are alike. */
  static BufferedImage pattern(int width, int height, int type) {
    BufferedImage image = new BufferedImage(width, height, type);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, patternColour(x, y));
      }
    }
    return image;
  }

  static int patternColour(int x, int y) {
    int alpha = (x * 13 + y * 29) & 0xFF;
    return alpha << 24 | (x * 7 & 0xFF) << 16 | (y * 11 & 0xFF) << 8 | ((x ^ y) * 5 & 0xFF);
  }

  static byte[] png(BufferedImage image) {
    return encode(image, "png", false);
  }

  static byte[] jpeg(BufferedImage image, boolean progressive) {
    return encode(image, "jpeg", progressive);
  }

  static byte[] gif(BufferedImage image) {
    return encode(image, "gif", false);
  }

  private static byte[] encode(BufferedImage image, String format, boolean progressive) {
    return encode(new IIOImage(image, null, null), format, progressive);
  }

  /** Four plain bands, with nothing said about what they mean. */
  static byte[] cmykJpeg(Raster inks) {
    return encode(new IIOImage(inks, null, null), "jpeg", false);
  }

  private static byte[] encode(IIOImage image, String format, boolean progressive) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
    ImageWriteParam param = writer.getDefaultWriteParam();
    if (progressive) {
      param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
    }
    return write(writer, image, param);
  }

  private static byte[] write(ImageWriter writer, IIOImage image, ImageWriteParam param) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, image, param);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /** 16 bits a sample, {@code bands} of them, the high byte from the pattern, the low one 0xFF. */
  static BufferedImage deep(ColorModel model, int width, int height) {
    BufferedImage image =
        new BufferedImage(model, model.createCompatibleWritableRaster(width, height), false, null);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        for (int band = 0; band < image.getRaster().getNumBands(); band++) {
          int colour = patternColour(x, y) >> (16 - 8 * band) & 0xFF;
          image.getRaster().setSample(x, y, band, colour << 8 | 0xFF);
        }
      }
    }
    return image;
  }

  /** The first half of a JPEG. */
  public static byte[] truncatedJpeg() {
    byte[] whole = jpeg(pattern(200, 150, BufferedImage.TYPE_INT_RGB), false);
    return Arrays.copyOf(whole, whole.length / 2);
  }

  /** A PNG that announces a size and has no pixel. */
  public static byte[] pngHeader(int width, int height) {
    ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height);
    header.put((byte) 8).put((byte) 2);
    return concat(
        new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'},
        pngChunk("IHDR", header.array()),
        pngChunk("IDAT", new byte[8]),
        pngChunk("IEND", new byte[0]));
  }

  static byte[] pngChunk(String type, byte[] data) {
    byte[] checked = concat(ascii(type), data);
    CRC32 crc = new CRC32();
    crc.update(checked);
    return ByteBuffer.allocate(checked.length + 8)
        .putInt(data.length)
        .put(checked)
        .putInt((int) crc.getValue())
        .array();
  }

  /** Puts a chunk behind a PNG's header. */
  static byte[] withPngChunk(byte[] png, String type, byte[] data) {
    return insert(png, 33, pngChunk(type, data));
  }

  /** Puts a segment behind a JPEG's first one. */
  static byte[] withJpegSegment(byte[] jpeg, int marker, byte[] data) {
    byte[] segment =
        ByteBuffer.allocate(data.length + 4)
            .put((byte) 0xFF)
            .put((byte) marker)
            .putShort((short) (data.length + 2))
            .put(data)
            .array();
    return insert(jpeg, 4 + ByteBuffer.wrap(jpeg).getShort(4), segment);
  }

  /** Where a JPEG's last scan begins. */
  static int lastScan(byte[] jpeg) {
    for (int i = jpeg.length - 2; ; i--) {
      if (jpeg[i] == (byte) 0xFF && jpeg[i + 1] == (byte) 0xDA) {
        return i;
      }
    }
  }

  static byte[] exif(int orientation, ByteOrder order) {
    return ByteBuffer.allocate(26)
        .order(order)
        .put(ascii(order == ByteOrder.LITTLE_ENDIAN ? "II" : "MM"))
        .putShort((short) 42)
        .putInt(8)
        .putShort((short) 1)
        .putShort((short) 0x0112)
        .putShort((short) 3)
        .putInt(1)
        .putShort((short) orientation)
        .putShort((short) 0)
        .putInt(0)
        .array();
  }

  static byte[] riff(byte[]... chunks) {
    byte[] body = concat(ascii("WEBP"), concat(chunks));
    return concat(ascii("RIFF"), littleEndian(body.length), body);
  }

  static byte[] riffChunk(String type, byte[] data) {
    return concat(ascii(type), littleEndian(data.length), data, new byte[data.length & 1]);
  }

  /** One key frame of one pixel (RFC 6386), whose header is made to announce another size. */
  static byte[] lossyWebp(int width, int height) {
    byte[] webp =
        Base64.getDecoder().decode("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA");
    ByteBuffer.wrap(webp)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort(26, (short) width)
        .putShort(28, (short) height);
    return webp;
  }

  private static byte[] littleEndian(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }

  static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static byte[] insert(byte[] bytes, int at, byte[] inserted) {
    return ByteBuffer.allocate(bytes.length + inserted.length)
        .put(bytes, 0, at)
        .put(inserted)
        .put(bytes, at, bytes.length - at)
        .array();
  }

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
