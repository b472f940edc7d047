package io.cropvqa.image;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which images may be fetched.
 *
 * @param fileRoot directory that {@code file:} URIs must lie in; without one they are refused
 * @param allowedHosts hosts that {@code https:} URIs may name, each {@code host} or {@code
 *     host:port}; a host alone stands for port 443
 * @param maxBytes largest encoded image in bytes
 * @param timeout time for one fetch, from connecting to the last byte
 */
public record FetchPolicy(
    Optional<Path> fileRoot, Set<String> allowedHosts, int maxBytes, Duration timeout) {

  /**
   * @throws IllegalArgumentException naming the setting that makes no sense
   */
  public FetchPolicy {
    if (maxBytes < 1) {
      throw new IllegalArgumentException(
          "crop.image.max-bytes must be at least 1, got " + maxBytes);
    }
    if (timeout.isZero() || timeout.isNegative()) {
      throw new IllegalArgumentException(
          "crop.image.fetch-timeout must be longer than nothing, got " + timeout);
    }
    allowedHosts =
        allowedHosts.stream()
            .map(host -> host.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());
  }
}
