package io.cropvqa.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.imageio.IIOException;

/** The RIFF chunks of a WebP (RFC 9649, section 2): type, length, data, padded to even. */
final class WebpChunks {
  private static final int RIFF_HEADER_BYTES = 12;
  private static final int CHUNK_HEADER_BYTES = 8;

  /** Position, size, duration and flags; chunks of the frame's own follow them. */
  private static final int ANIMATION_FRAME_BYTES = 16;

  /** Where the size of a lossy frame follows its tag and start code (RFC 6386, section 9.1). */
  private static final int LOSSY_SIZE_OFFSET = 6;

  private static final int SIZE_BITS = 0x3FFF;

  private enum Type {
    LOSSY(0x20385056),
    LOSSLESS(0x4C385056),
    ANIMATION_FRAME(0x464D4E41),
    EXIF(0x46495845),
    OTHER(0);

    private final int code;

    Type(int code) {
      this.code = code;
    }

    static Type of(int code) {
      for (Type type : values()) {
        if (type.code == code) {
          return type;
        }
      }
      return OTHER;
    }
  }

  private record Chunk(Type type, ByteBuffer data) {
    boolean isFrame() {
      return type == Type.LOSSY || type == Type.LOSSLESS;
    }
  }

  private WebpChunks() {}

  /**
   * Checks that the file is as long as it says, that there is a frame and that none is larger than
   * the picture, whose size alone the reader reports.
   */
  static void requireIntact(byte[] webp, int width, int height) throws IOException {
    long announced = CHUNK_HEADER_BYTES + Integer.toUnsignedLong(buffer(webp).getInt(4));
    if (announced > webp.length) {
      throw new IIOException(
          "the file has %d of the %d bytes it announces".formatted(webp.length, announced));
    }
    List<Chunk> chunks = chunks(webp);
    if (chunks.stream().noneMatch(Chunk::isFrame)) {
      throw new IIOException("there is no frame in it");
    }
    for (Chunk chunk : chunks) {
      int frameWidth = 0;
      int frameHeight = 0;
      if (chunk.type == Type.LOSSY) {
        frameWidth = chunk.data.getShort(LOSSY_SIZE_OFFSET) & SIZE_BITS;
        frameHeight = chunk.data.getShort(LOSSY_SIZE_OFFSET + 2) & SIZE_BITS;
      } else if (chunk.type == Type.LOSSLESS) {
        int size = chunk.data.getInt(1);
        frameWidth = (size & SIZE_BITS) + 1;
        frameHeight = (size >> 14 & SIZE_BITS) + 1;
      }
      if (frameWidth > width || frameHeight > height) {
        throw new IIOException("a frame is larger than the picture");
      }
    }
  }

  static boolean isLossy(byte[] webp) {
    return chunks(webp).stream().anyMatch(chunk -> chunk.type == Type.LOSSY);
  }

  /** The TIFF block of the EXIF chunk, if there is one. */
  static Optional<ByteBuffer> exif(byte[] webp) {
    return chunks(webp).stream()
        .filter(chunk -> chunk.type == Type.EXIF)
        .map(Chunk::data)
        .findFirst();
  }

  private static List<Chunk> chunks(byte[] webp) {
    List<Chunk> chunks = new ArrayList<>();
    ByteBuffer bytes = buffer(webp).position(RIFF_HEADER_BYTES);
    while (bytes.remaining() >= CHUNK_HEADER_BYTES) {
      Type type = Type.of(bytes.getInt());
      int length = bytes.getInt();
      if (length < 0 || length > bytes.remaining()) {
        break;
      }
      ByteBuffer data = bytes.slice(bytes.position(), length).order(ByteOrder.LITTLE_ENDIAN);
      chunks.add(new Chunk(type, data));
      int next = type == Type.ANIMATION_FRAME ? ANIMATION_FRAME_BYTES : length + (length & 1);
      bytes.position(bytes.position() + Math.min(next, bytes.remaining()));
    }
    return chunks;
  }

  private static ByteBuffer buffer(byte[] webp) {
    return ByteBuffer.wrap(webp).order(ByteOrder.LITTLE_ENDIAN);
  }
}
