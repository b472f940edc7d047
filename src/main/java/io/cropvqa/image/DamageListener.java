package io.cropvqa.image;

import java.util.Optional;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;

/**
 * Catches what libjpeg only warns of: it fills the missing part of a damaged picture with grey and
 * carries on.
 */
final class DamageListener implements IIOReadWarningListener {
  private String found;

  @Override
  public void warningOccurred(ImageReader source, String warning) {
    if (found == null && isDamage(warning)) {
      found = warning;
    }
  }

  /** Stray bytes between two segments cost no pixel, and many cameras write them. */
  private static boolean isDamage(String warning) {
    return warning.startsWith("Truncated File")
        || warning.startsWith("Corrupt JPEG data") && !warning.contains("extraneous bytes");
  }

  Optional<String> found() {
    return Optional.ofNullable(found);
  }
}
