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
 * @param s3 which objects in S3 may be fetched
 */
public record FetchPolicy(
    Optional<Path> fileRoot,
    Set<String> allowedHosts,
    int maxBytes,
    Duration timeout,
    S3Policy s3) {

  /** A policy that lets nothing in from S3. */
  public FetchPolicy(
      Optional<Path> fileRoot, Set<String> allowedHosts, int maxBytes, Duration timeout) {
    this(fileRoot, allowedHosts, maxBytes, timeout, S3Policy.NONE);
  }

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
