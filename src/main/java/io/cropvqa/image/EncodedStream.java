package io.cropvqa.image;

import java.io.IOException;
import java.util.Arrays;
import javax.imageio.IIOException;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * An encoded image as its reader is to see it: it fails once the time for decoding is up and, where
 * that is asked for, behind a margin of zeros after its end.
 *
 * <p>The WebP reader looks a few bytes ahead, and takes an end of file for endless zeros, at the
 * price of an exception for every pixel: a file of 40 bytes would keep a thread busy for minutes.
 * The margin is more than a whole picture needs, so whoever reads past it has run out of picture.
 */
final class EncodedStream extends ImageInputStreamImpl {
  private static final int MARGIN_BYTES = 16;

  private final byte[] bytes;
  private final boolean failsAtEnd;
  private final DecodeClock clock;

  private EncodedStream(byte[] bytes, boolean failsAtEnd, DecodeClock clock) {
    this.bytes = bytes;
    this.failsAtEnd = failsAtEnd;
    this.clock = clock;
  }

  /** For readers that know what an end of file is. */
  static EncodedStream of(byte[] image, DecodeClock clock) {
    return new EncodedStream(image, false, clock);
  }

  /** For the one that doesn't. */
  static EncodedStream withHardEnd(byte[] image, DecodeClock clock) {
    return new EncodedStream(Arrays.copyOf(image, image.length + MARGIN_BYTES), true, clock);
  }

  @Override
  public int read() throws IOException {
    bitOffset = 0;
    return isAtEnd() ? -1 : Byte.toUnsignedInt(bytes[(int) streamPos++]);
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    bitOffset = 0;
    if (isAtEnd()) {
      return length == 0 ? 0 : -1;
    }
    int count = (int) Math.min(length, bytes.length - streamPos);
    System.arraycopy(bytes, (int) streamPos, target, offset, count);
    streamPos += count;
    return count;
  }

  private boolean isAtEnd() throws IOException {
    checkClosed();
    clock.check();
    if (streamPos < bytes.length) {
      return false;
    }
    if (failsAtEnd) {
      throw new IIOException("the file ends within its pixels");
    }
    return true;
  }

  @Override
  public long length() {
    return bytes.length;
  }
}
