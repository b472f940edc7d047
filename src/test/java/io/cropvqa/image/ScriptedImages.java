package io.cropvqa.image;

import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.ImageRef;
import java.awt.image.BufferedImage;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;

/**
 * An image host that fails a given number of times, for tests of what stands behind the fetcher.
 */
public final class ScriptedImages {
  public static final ImageRef IMAGE =
      new ImageRef.Remote(URI.create("https://host/image.png"), Optional.empty());

  private ScriptedImages() {}

  /** Fails with one code after another, then hands out the bytes each time. */
  public static ImageFetcher fetcher(List<FailureCode> failures, byte[] image) {
    Queue<FailureCode> script = new ArrayDeque<>(failures);
    ImageSource source =
        uri -> {
          FailureCode code = script.poll();
          if (code != null) {
            throw FetchFailures.failure(code, "host says " + code.wireName());
          }
          return image;
        };
    FetchPolicy policy =
        new FetchPolicy(Optional.<Path>empty(), Set.of(), 1 << 20, Duration.ofSeconds(1));
    return new ImageFetcher(policy, Map.of("https", source));
  }

  /** A small picture in a file of so many bytes. */
  public static byte[] png(int bytes) {
    byte[] small = png();
    int chunk = SampleImages.pngChunk("teSt", new byte[0]).length;
    return SampleImages.withPngChunk(small, "teSt", new byte[bytes - small.length - chunk]);
  }

  /** A small picture. */
  public static byte[] png() {
    return SampleImages.png(SampleImages.pattern(8, 8, BufferedImage.TYPE_INT_RGB));
  }
}
