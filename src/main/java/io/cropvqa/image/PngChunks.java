package io.cropvqa.image;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32;
import javax.imageio.IIOException;

/** The chunks of a PNG (ISO/IEC 15948, section 5): length, type, data, checksum. */
final class PngChunks {
  private static final int SIGNATURE_BYTES = 8;
  private static final int TYPE_BYTES = 4;
  private static final int IEND = 0x49454E44;
  private static final int EXIF = 0x65584966;

  /** Bit 5 of the type's first letter: set in chunks that a decoder may skip. */
  private static final int ANCILLARY = 0x20000000;

  private PngChunks() {}

  /**
   * Checks what the JDK's reader does not: that every chunk needed for decoding has its checksum,
   * and that the file has an end.
   */
  static void requireIntact(byte[] png) throws IOException {
    try {
      ByteBuffer chunks = chunks(png);
      int type;
      do {
        int length = chunks.getInt();
        int start = chunks.position();
        type = chunks.getInt();
        skip(chunks, length);
        int checksum = chunks.getInt();
        if ((type & ANCILLARY) == 0 && checksum != crc(png, start, TYPE_BYTES + length)) {
          throw new IIOException("a chunk's checksum is wrong");
        }
      } while (type != IEND);
    } catch (BufferUnderflowException e) {
      throw new IIOException("the file ends within a chunk", e);
    }
  }

  /** The TIFF block of the eXIf chunk, if there is one. */
  static Optional<ByteBuffer> exif(byte[] png) {
    ByteBuffer chunks = chunks(png);
    while (true) {
      int length = chunks.getInt();
      int type = chunks.getInt();
      if (type == EXIF) {
        return Optional.of(chunks.slice(chunks.position(), length));
      }
      if (type == IEND) {
        return Optional.empty();
      }
      skip(chunks, length + Integer.BYTES);
    }
  }

  private static ByteBuffer chunks(byte[] png) {
    return ByteBuffer.wrap(png).position(SIGNATURE_BYTES);
  }

  private static void skip(ByteBuffer chunks, int bytes) {
    if (bytes < 0 || bytes > chunks.remaining()) {
      throw new BufferUnderflowException();
    }
    chunks.position(chunks.position() + bytes);
  }

  private static int crc(byte[] png, int offset, int length) {
    CRC32 crc = new CRC32();
    crc.update(png, offset, length);
    return (int) crc.getValue();
  }
}
