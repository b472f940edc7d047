package io.cropvqa.image;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The segments before a JPEG's first scan (ITU-T T.81, annex B): marker, length, data. */
final class JpegSegments {
  private static final int START_OF_SCAN = 0xDA;
  private static final int APP1 = 0xE1;
  private static final int APP2 = 0xE2;
  private static final byte[] EXIF_NAME = "Exif\0\0".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ICC_NAME = "ICC_PROFILE\0".getBytes(StandardCharsets.US_ASCII);

  /** Where a segment's data lies in the file. */
  private record Segment(int marker, int offset, int length) {
    boolean isNamed(byte[] jpeg, byte[] name) {
      return length >= name.length
          && Arrays.equals(jpeg, offset, offset + name.length, name, 0, name.length);
    }
  }

  private JpegSegments() {}

  /** The TIFF block of the EXIF segment, if there is one. */
  static Optional<ByteBuffer> exif(byte[] jpeg) {
    return segments(jpeg).stream()
        .filter(segment -> segment.marker == APP1 && segment.isNamed(jpeg, EXIF_NAME))
        .findFirst()
        .map(
            segment ->
                ByteBuffer.wrap(jpeg)
                    .slice(segment.offset + EXIF_NAME.length, segment.length - EXIF_NAME.length));
  }

  /**
   * The file with its colour profile made unrecognizable. ImageIO would convert to sRGB by it; PIL,
   * which the models were trained on, does not. Nor should a stranger's profile reach native code.
   */
  static byte[] withoutColourProfile(byte[] jpeg) {
    List<Segment> profile =
        segments(jpeg).stream()
            .filter(segment -> segment.marker == APP2 && segment.isNamed(jpeg, ICC_NAME))
            .toList();
    if (profile.isEmpty()) {
      return jpeg;
    }
    byte[] plain = jpeg.clone();
    profile.forEach(
        segment -> Arrays.fill(plain, segment.offset, segment.offset + ICC_NAME.length, (byte) 0));
    return plain;
  }

  /** Segments up to the first scan, or up to what is no segment: the reader deals with that. */
  private static List<Segment> segments(byte[] jpeg) {
    List<Segment> segments = new ArrayList<>();
    ByteBuffer bytes = ByteBuffer.wrap(jpeg).position(2);
    while (bytes.remaining() >= 4) {
      if (bytes.get() != (byte) 0xFF) {
        break;
      }
      int marker = Byte.toUnsignedInt(bytes.get());
      if (marker == 0xFF) {
        // A fill byte: the next one may be the marker.
        bytes.position(bytes.position() - 1);
        continue;
      }
      int length = Short.toUnsignedInt(bytes.getShort()) - 2;
      if (marker == START_OF_SCAN || length < 0 || length > bytes.remaining()) {
        break;
      }
      segments.add(new Segment(marker, bytes.position(), length));
      bytes.position(bytes.position() + length);
    }
    return segments;
  }
}
