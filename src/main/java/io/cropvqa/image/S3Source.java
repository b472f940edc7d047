package io.cropvqa.image;

import static io.cropvqa.image.FetchFailures.failure;
import static io.cropvqa.image.FetchFailures.unreachable;

import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.QuestionFailure;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Images in the buckets that the operator listed, {@code s3://bucket/key}. Credentials come from
 * the SDK's default chain. The SDK tries once: whoever asks for the image tries again.
 */
final class S3Source implements ImageSource {
  private final Set<String> allowedBuckets;
  private final int maxBytes;
  private final Duration timeout;
  private final S3Client client;

  /**
   * @throws IllegalArgumentException if buckets are allowed and no region is known
   */
  S3Source(FetchPolicy policy) {
    this.allowedBuckets = policy.s3().allowedBuckets();
    this.maxBytes = policy.maxBytes();
    this.timeout = policy.timeout();
    this.client = allowedBuckets.isEmpty() ? null : client(policy.s3(), timeout);
  }

  private static S3Client client(S3Policy policy, Duration timeout) {
    S3ClientBuilder builder =
        S3Client.builder()
            .forcePathStyle(policy.pathStyle())
            // Stores beside Amazon's refuse what they don't know; the sender's sha256 is checksum
            // enough.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .overrideConfiguration(
                sdk -> sdk.apiCallTimeout(timeout).retryStrategy(AwsRetryStrategy.doNotRetry()))
            .httpClientBuilder(
                Apache5HttpClient.builder().connectionTimeout(timeout).socketTimeout(timeout));
    policy.endpoint().ifPresent(builder::endpointOverride);
    policy.region().map(Region::of).ifPresent(builder::region);
    try {
      return builder.build();
    } catch (SdkException e) {
      throw new IllegalArgumentException(
          "crop.image.s3.allowed-buckets is set and S3 can't be used: set crop.image.s3.region ("
              + e.getMessage()
              + ")",
          e);
    }
  }

  @Override
  public byte[] read(URI uri) {
    String name = SafeUri.of(uri);
    GetObjectRequest request = request(name, uri);
    try {
      return client.getObject(request, (object, body) -> read(name, object, body));
    } catch (S3Exception e) {
      throw answered(name, e);
    } catch (ApiCallTimeoutException e) {
      throw unreachable(
          "%s did not come within crop.image.fetch-timeout=%s".formatted(name, timeout));
    } catch (SdkException e) {
      throw asFailure(name, e);
    }
  }

  private GetObjectRequest request(String name, URI uri) {
    String bucket = uri.getRawAuthority();
    String key = uri.getPath() == null ? "" : uri.getPath().replaceFirst("^/", "");
    if (bucket == null || key.isEmpty() || uri.getRawQuery() != null || !isPlain(key)) {
      throw failure(
          FailureCode.IMAGE_FORBIDDEN,
          "image.uri %s must be like s3://bucket/photos/cow.jpg".formatted(name));
    }
    if (!allowedBuckets.contains(bucket)) {
      throw failure(
          FailureCode.IMAGE_FORBIDDEN,
          "image.uri %s names a bucket that is not in crop.image.s3.allowed-buckets: add it there or send the image in image.data"
              .formatted(name));
    }
    return GetObjectRequest.builder().bucket(bucket).key(key).build();
  }

  /** A store that tidies paths up would leave the bucket. */
  private static boolean isPlain(String key) {
    return Arrays.stream(key.split("/", -1))
        .noneMatch(part -> part.equals(".") || part.equals(".."));
  }

  private byte[] read(String name, GetObjectResponse object, AbortableInputStream body)
      throws Exception {
    try {
      long announced = object.contentLength() == null ? -1 : object.contentLength();
      return CappedBody.read(name, body, announced, maxBytes);
    } catch (QuestionFailure e) {
      // Closing the stream would read the rest of it.
      body.abort();
      throw e;
    }
  }

  private static QuestionFailure answered(String name, S3Exception e) {
    int status = e.statusCode();
    String answered = "%s: S3 answered %d %s".formatted(name, status, errorCode(e));
    if (status == 404) {
      return failure(FailureCode.IMAGE_MISSING, answered);
    }
    if (status == 408 || status == 429 || status >= 500) {
      return unreachable(answered);
    }
    return failure(
        FailureCode.IMAGE_FORBIDDEN,
        answered
            + (status / 100 == 3
                ? ": crop.image.s3.region must be the bucket's"
                : ": the service's credentials must allow s3:GetObject"));
  }

  private static String errorCode(S3Exception e) {
    String code = e.awsErrorDetails() == null ? null : e.awsErrorDetails().errorCode();
    return code == null ? "" : code;
  }

  /** What the body's reader found, in however many wrappings, or what went wrong underneath. */
  private static QuestionFailure asFailure(String name, SdkException e) {
    Throwable root = e;
    while (!(root instanceof QuestionFailure) && root.getCause() != null) {
      root = root.getCause();
    }
    return root instanceof QuestionFailure known
        ? known
        : unreachable("fetching %s failed: %s".formatted(name, root.getClass().getSimpleName()));
  }
}
