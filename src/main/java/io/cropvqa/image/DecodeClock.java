package io.cropvqa.image;

import java.time.Duration;
import javax.imageio.IIOException;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadProgressListener;

/**
 * Ends a decoding that takes too long. Readers ask it as they read their file and as they finish
 * rows; one that does neither has no more than {@code crop.image.max-pixels} to do.
 */
final class DecodeClock implements IIOReadProgressListener {
  /** Looking at the clock costs more than reading a byte. */
  private static final int CALLS_A_LOOK = 1024;

  private final Duration timeout;
  private final long start = System.nanoTime();
  private int calls;

  DecodeClock(Duration timeout) {
    this.timeout = timeout;
  }

  /**
   * @throws IIOException if the time is up
   */
  void check() throws IIOException {
    if (++calls % CALLS_A_LOOK == 0) {
      checkNow();
    }
  }

  /**
   * @throws IIOException if the time is up
   */
  void checkNow() throws IIOException {
    if (isUp()) {
      throw new IIOException("decoding took longer than crop.image.decode-timeout=" + timeout);
    }
  }

  boolean isUp() {
    return System.nanoTime() - start > timeout.toNanos();
  }

  /**
   * Stops the reader, which then hands out what it has: whoever asked it calls {@link #checkNow}.
   */
  @Override
  public void imageProgress(ImageReader source, float percentageDone) {
    if (isUp()) {
      source.abort();
    }
  }

  @Override
  public void imageStarted(ImageReader source, int imageIndex) {}

  @Override
  public void imageComplete(ImageReader source) {}

  @Override
  public void readAborted(ImageReader source) {}

  @Override
  public void sequenceStarted(ImageReader source, int minIndex) {}

  @Override
  public void sequenceComplete(ImageReader source) {}

  @Override
  public void thumbnailStarted(ImageReader source, int imageIndex, int thumbnailIndex) {}

  @Override
  public void thumbnailProgress(ImageReader source, float percentageDone) {}

  @Override
  public void thumbnailComplete(ImageReader source) {}
}
