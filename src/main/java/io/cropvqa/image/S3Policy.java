package io.cropvqa.image;

import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which objects in S3 may be fetched, and where S3 is.
 *
 * @param endpoint of a store that speaks S3; Amazon's own without one
 * @param region of the buckets; the SDK's default chain without one
 * @param pathStyle whether the bucket is named in the path and not in the host
 * @param allowedBuckets buckets that {@code s3:} URIs may name
 */
public record S3Policy(
    Optional<URI> endpoint,
    Optional<String> region,
    boolean pathStyle,
    Set<String> allowedBuckets) {

  /** No bucket at all. */
  public static final S3Policy NONE =
      new S3Policy(Optional.empty(), Optional.empty(), false, Set.of());

  private static final Pattern BUCKET = Pattern.compile("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]");

  /**
   * @throws IllegalArgumentException naming the setting that makes no sense
   */
  public S3Policy {
    for (String bucket : allowedBuckets) {
      if (!BUCKET.matcher(bucket).matches()) {
        throw new IllegalArgumentException(
            "crop.image.s3.allowed-buckets must list names of buckets, got " + bucket);
      }
    }
    if (endpoint.isPresent() && !isEndpoint(endpoint.get())) {
      throw new IllegalArgumentException(
          "crop.image.s3.endpoint must be like https://minio.example:9000, got "
              + SafeUri.of(endpoint.get()));
    }
    allowedBuckets = Set.copyOf(allowedBuckets);
  }

  private static boolean isEndpoint(URI uri) {
    return ("https".equals(uri.getScheme()) || "http".equals(uri.getScheme()))
        && uri.getHost() != null
        && uri.getRawUserInfo() == null;
  }
}
