package io.cropvqa.image;

import java.io.IOException;
import java.util.Arrays;
import javax.imageio.IIOException;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * A WebP as its reader is to see it: with a margin of zeros behind its end, and failing behind
 * that.
 *
 * <p>The reader looks a few bytes ahead, and takes an end of file for endless zeros, at the price
 * of an exception for every pixel: a file of 40 bytes would keep a thread busy for minutes. The
 * margin is more than a whole picture needs, so whoever reads past it has run out of picture.
 */
final class WebpStream extends ImageInputStreamImpl {
  private static final int MARGIN_BYTES = 16;

  private final byte[] bytes;

  WebpStream(byte[] webp) {
    this.bytes = Arrays.copyOf(webp, webp.length + MARGIN_BYTES);
  }

  @Override
  public int read() throws IOException {
    requireMore();
    bitOffset = 0;
    return Byte.toUnsignedInt(bytes[(int) streamPos++]);
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    requireMore();
    bitOffset = 0;
    int count = (int) Math.min(length, bytes.length - streamPos);
    System.arraycopy(bytes, (int) streamPos, target, offset, count);
    streamPos += count;
    return count;
  }

  private void requireMore() throws IOException {
    checkClosed();
    if (streamPos >= bytes.length) {
      throw new IIOException("the file ends within its pixels");
    }
  }

  @Override
  public long length() {
    return bytes.length;
  }
}
