package io.cropvqa.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.ImageRef;
import io.cropvqa.domain.QuestionFailure;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** Claim checks against a server that speaks S3, with credentials from the SDK's default chain. */
class S3SourceTest {
  private static final int MAX_BYTES = 100_000;
  private static final byte[] IMAGE = ScriptedImages.png();

  @TempDir private static Path folder;
  private static LocalS3 server;

  @BeforeAll
  static void start() throws IOException {
    server = LocalS3.start(folder);
    try (S3Client client = server.client()) {
      for (String bucket : new String[] {"photos", "secret-photos"}) {
        client.createBucket(request -> request.bucket(bucket));
        put(client, bucket, "a.png", IMAGE);
      }
      put(client, "photos", "2026/cow & calf ü+1.png", IMAGE);
      put(client, "photos", "large.png", new byte[MAX_BYTES + 1]);
      put(client, "photos", "full.png", new byte[MAX_BYTES]);
    }
  }

  private static void put(S3Client client, String bucket, String key, byte[] object) {
    client.putObject(request -> request.bucket(bucket).key(key), RequestBody.fromBytes(object));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void signIn() {
    signIn(LocalS3.SECRET);
  }

  private static void signIn(String secret) {
    System.setProperty("aws.accessKeyId", LocalS3.IDENTITY);
    System.setProperty("aws.secretAccessKey", secret);
  }

  @AfterEach
  void signOut() {
    System.clearProperty("aws.accessKeyId");
    System.clearProperty("aws.secretAccessKey");
  }

  private static ImageFetcher fetcher(URI endpoint, Duration timeout, String... buckets) {
    return new ImageFetcher(
        new FetchPolicy(
            Optional.empty(),
            Set.of(),
            MAX_BYTES,
            timeout,
            new S3Policy(Optional.of(endpoint), Optional.of("us-east-1"), true, Set.of(buckets))));
  }

  private static ImageFetcher fetcher() {
    return fetcher(server.endpoint(), Duration.ofSeconds(30), "photos", "gone-photos");
  }

  private static ImageRef remote(String uri) {
    return new ImageRef.Remote(URI.create(uri), Optional.empty());
  }

  @Test
  void anObjectIsFetched() {
    assertThat(fetcher().fetch(remote("s3://photos/a.png"))).isEqualTo(IMAGE);
    assertThat(fetcher().fetch(remote("s3://photos/full.png"))).hasSize(MAX_BYTES);
  }

  @Test
  void aKeyIsSpelledAsInAUri() {
    assertThat(fetcher().fetch(remote("s3://photos/2026/cow%20%26%20calf%20%C3%BC+1.png")))
        .isEqualTo(IMAGE);
  }

  @Test
  void whatTheSenderClaimsIsHeldAgainstTheObject() {
    String right = Sha256.hex(IMAGE);
    assertThat(fetcher().fetch(claim(right, IMAGE.length, "image/png"))).isEqualTo(IMAGE);
    assertFails(
        fetcher(),
        claim("0".repeat(64), IMAGE.length, "image/png"),
        FailureCode.IMAGE_DIGEST_MISMATCH,
        right);
    assertFails(
        fetcher(),
        claim(right, IMAGE.length + 1, "image/png"),
        FailureCode.IMAGE_DIGEST_MISMATCH,
        "image.size is");
    assertFails(
        fetcher(),
        claim(right, IMAGE.length, "image/jpeg"),
        FailureCode.IMAGE_UNDECODABLE,
        "says JPEG, but the image is a PNG");
    assertFails(
        fetcher(),
        claim(right, IMAGE.length, "text/html"),
        FailureCode.IMAGE_UNDECODABLE,
        "image.mediaType is none of");
  }

  private static ImageRef claim(String sha256, long size, String mediaType) {
    return new ImageRef.Remote(
        URI.create("s3://photos/a.png"),
        Optional.of(sha256),
        OptionalLong.of(size),
        Optional.of(mediaType));
  }

  @Test
  void whatIsNotThereIsMissing() {
    assertFails(
        fetcher(), remote("s3://photos/gone.png"), FailureCode.IMAGE_MISSING, "404 NoSuchKey");
    assertFails(
        fetcher(), remote("s3://gone-photos/a.png"), FailureCode.IMAGE_MISSING, "404 NoSuchBucket");
  }

  @Test
  void anObjectOverTheLimitIsRefused() {
    assertFails(
        fetcher(),
        remote("s3://photos/large.png"),
        FailureCode.IMAGE_TOO_LARGE,
        "has 100001 bytes, more than crop.image.max-bytes=100000");
  }

  @Test
  void aBucketThatIsNotListedIsNeverAsked() {
    assertFails(
        fetcher(),
        remote("s3://secret-photos/a.png"),
        FailureCode.IMAGE_FORBIDDEN,
        "crop.image.s3.allowed-buckets");
    assertFails(
        fetcher(server.endpoint(), Duration.ofSeconds(30)),
        remote("s3://photos/a.png"),
        FailureCode.IMAGE_FORBIDDEN,
        "crop.image.s3.allowed-buckets");
  }

  @Test
  void credentialsThatAreNotGoodAreRefused() {
    signIn("another secret");
    assertFails(
        fetcher(),
        remote("s3://photos/a.png"),
        FailureCode.IMAGE_FORBIDDEN,
        "S3 answered 403",
        "s3:GetObject");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3://photos",
        "s3://photos/",
        "s3:photos",
        "s3:///a.png",
        "s3://photos/a.png?versionId=1",
        "s3://photos/../secret-photos/a.png",
        "s3://photos/%2e%2e/secret-photos/a.png"
      })
  void aReferenceIsABucketAndAKey(String uri) {
    assertFails(
        fetcher(), remote(uri), FailureCode.IMAGE_FORBIDDEN, "like s3://bucket/photos/cow.jpg");
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 503})
  void aStoreThatIsBusyMayBeAskedAgain(int status) throws IOException {
    try (StubS3 stub = StubS3.answering(status, "SlowDown", "slow down")) {
      assertFails(
          fetcher(stub.endpoint(), Duration.ofSeconds(30), "photos"),
          remote("s3://photos/a.png"),
          FailureCode.IMAGE_UNREACHABLE,
          "S3 answered " + status + " SlowDown");
      assertThat(stub.requests()).as("asked once: the pipeline asks again").isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 307, 400, 403})
  void aStoreThatRefusesIsNotAskedAgain(int status) throws IOException {
    try (StubS3 stub = StubS3.answering(status, "AccessDenied", "no")) {
      assertFails(
          fetcher(stub.endpoint(), Duration.ofSeconds(30), "photos"),
          remote("s3://photos/a.png"),
          FailureCode.IMAGE_FORBIDDEN,
          "S3 answered " + status);
      assertThat(stub.requests()).isEqualTo(1);
    }
  }

  @Test
  void aStoreThatDripsIsGivenUp() throws IOException {
    try (StubS3 stub = StubS3.dripping()) {
      assertFails(
          fetcher(stub.endpoint(), Duration.ofSeconds(2), "photos"),
          remote("s3://photos/a.png"),
          FailureCode.IMAGE_UNREACHABLE,
          "crop.image.fetch-timeout=PT2S");
    }
  }

  @Test
  void anObjectWithoutEndIsCutOff() throws IOException {
    try (StubS3 stub = StubS3.endless()) {
      assertFails(
          fetcher(stub.endpoint(), Duration.ofSeconds(30), "photos"),
          remote("s3://photos/a.png"),
          FailureCode.IMAGE_TOO_LARGE,
          "more than crop.image.max-bytes=100000");
    }
  }

  @Test
  void aStoreThatIsDownMayBeAskedAgain() throws IOException {
    URI nobody;
    try (StubS3 stub = StubS3.answering(500, "", "")) {
      nobody = stub.endpoint();
    }
    assertFails(
        fetcher(nobody, Duration.ofSeconds(30), "photos"),
        remote("s3://photos/a.png"),
        FailureCode.IMAGE_UNREACHABLE,
        "ConnectException");
  }

  @Test
  void settingsThatMakeNoSenseAreNamed() {
    Optional<URI> none = Optional.empty();
    for (String bucket : new String[] {"", "A", "arn:aws:s3:::photos", "a/b", "photos/"}) {
      assertThatThrownBy(() -> new S3Policy(none, Optional.empty(), false, Set.of(bucket)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("crop.image.s3.allowed-buckets");
    }
    for (String endpoint : new String[] {"minio:9000", "ftp://minio", "http://key:secret@minio"}) {
      assertThatThrownBy(
              () ->
                  new S3Policy(
                      Optional.of(URI.create(endpoint)), Optional.empty(), false, Set.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("crop.image.s3.endpoint")
          .hasMessageNotContaining("secret");
    }
  }

  private static void assertFails(
      ImageFetcher fetcher, ImageRef image, FailureCode code, String... message) {
    assertThatThrownBy(() -> fetcher.fetch(image))
        .isInstanceOfSatisfying(
            QuestionFailure.class,
            failure -> {
              assertThat(failure).hasMessageContainingAll(message).hasNoCause();
              assertThat(failure.code()).isEqualTo(code);
              assertThat(failure.stageName()).isEqualTo("fetch");
            });
  }
}
