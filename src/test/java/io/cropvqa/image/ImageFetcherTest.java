package io.cropvqa.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.ImageRef;
import io.cropvqa.domain.QuestionFailure;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Inline images, files, and schemes that are not supported. */
class ImageFetcherTest {
  private static final byte[] IMAGE = {1, 2, 3, 4};
  private static final int MAX_BYTES = 8;

  @TempDir Path directory;
  private Path root;
  private ImageFetcher fetcher;

  @BeforeEach
  void createRoot() throws IOException {
    root = Files.createDirectory(directory.resolve("root"));
    Files.write(root.resolve("image.png"), IMAGE);
    Files.write(directory.resolve("secret.png"), IMAGE);
    fetcher = new ImageFetcher(policy(Optional.of(root)));
  }

  private static FetchPolicy policy(Optional<Path> root) {
    return policy(root, MAX_BYTES);
  }

  private static FetchPolicy policy(Optional<Path> root, int maxBytes) {
    return new FetchPolicy(root, Set.of(), maxBytes, Duration.ofSeconds(1));
  }

  @Test
  void inlineBytesAreTheImage() {
    assertThat(fetcher.fetch(inline(MAX_BYTES))).hasSize(MAX_BYTES);
  }

  @Test
  void inlineBytesOverTheLimitAreRefused() {
    assertFails(
        inline(MAX_BYTES + 1),
        FailureCode.IMAGE_TOO_LARGE,
        "image.data has 9 bytes",
        "crop.image.max-bytes=8");
  }

  @Test
  void aFileUnderTheRootIsRead() {
    assertThat(fetcher.fetch(remote(root.resolve("image.png").toUri()))).isEqualTo(IMAGE);
  }

  @Test
  void aLinkThatStaysInsideIsFollowed() throws IOException {
    Files.createSymbolicLink(root.resolve("link.png"), root.resolve("image.png"));
    assertThat(fetcher.fetch(remote(root.resolve("link.png").toUri()))).isEqualTo(IMAGE);
  }

  @Test
  void theRootMayBeALinkItself() throws IOException {
    Path link = Files.createSymbolicLink(directory.resolve("alias"), root);
    ImageFetcher aliased = new ImageFetcher(policy(Optional.of(link)));
    assertThat(aliased.fetch(remote(link.resolve("image.png").toUri()))).isEqualTo(IMAGE);
    assertThat(aliased.fetch(remote(root.resolve("image.png").toUri()))).isEqualTo(IMAGE);
  }

  @Test
  void nothingOutsideTheRootIsRead() throws IOException {
    Files.createSymbolicLink(root.resolve("out.png"), directory.resolve("secret.png"));
    Files.createSymbolicLink(root.resolve("up"), directory);
    for (String path : new String[] {"../secret.png", "out.png", "up/secret.png"}) {
      assertFails(
          remote(URI.create(root.toUri() + path)),
          FailureCode.IMAGE_FORBIDDEN,
          "crop.image.file-root");
    }
  }

  @Test
  void aDirectoryWhoseNameStartsLikeTheRootIsOutside() throws IOException {
    Path sibling = Files.createDirectory(directory.resolve("root-2"));
    Files.write(sibling.resolve("image.png"), IMAGE);
    assertFails(
        remote(sibling.resolve("image.png").toUri()), FailureCode.IMAGE_FORBIDDEN, "outside");
  }

  @Test
  void whetherAFileOutsideExistsIsNotTold() {
    assertFails(
        remote(directory.resolve("nothing.png").toUri()), FailureCode.IMAGE_FORBIDDEN, "outside");
  }

  @Test
  void aFileThatIsNotThereIsMissing() {
    assertFails(
        remote(root.resolve("nothing.png").toUri()), FailureCode.IMAGE_MISSING, "nothing.png");
  }

  @Test
  void aFileOverTheLimitIsRefused() throws IOException {
    Path large = Files.write(root.resolve("large.png"), new byte[MAX_BYTES + 1]);
    assertFails(remote(large.toUri()), FailureCode.IMAGE_TOO_LARGE, "crop.image.max-bytes=8");
  }

  @Test
  void aDirectoryIsNoImage() {
    assertFails(remote(root.toUri()), FailureCode.IMAGE_FORBIDDEN, "not a regular file");
  }

  @Test
  void withoutARootFilesAreRefused() {
    assertThatThrownBy(
            () ->
                new ImageFetcher(policy(Optional.empty()))
                    .fetch(remote(root.resolve("image.png").toUri())))
        .hasMessageContaining("set crop.image.file-root");
  }

  @Test
  void aRootThatIsNoDirectoryIsRefusedAtOnce() {
    for (String name : new String[] {"nothing", "secret.png"}) {
      assertThatThrownBy(() -> new ImageFetcher(policy(Optional.of(directory.resolve(name)))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("crop.image.file-root=");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://host/a.png",
        "http://host/a.png",
        "scene-00.png",
        "data:image/png;base64,AA"
      })
  void otherSchemesAreRefusedWithThoseSupported(String uri) {
    assertFails(
        remote(URI.create(uri)), FailureCode.IMAGE_FORBIDDEN, "supported are file, https, s3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"file:image.png", "file://host/image.png", "file:///image.png?secret=1"})
  void fileUrisMustBePlainAndAbsolute(String uri) {
    assertFails(remote(URI.create(uri)), FailureCode.IMAGE_FORBIDDEN, "file:///images/photo.jpg");
  }

  @Test
  void theDigestIsHeldAgainstTheBytes() {
    URI uri = root.resolve("image.png").toUri();
    String right = Sha256.hex(IMAGE);
    assertThat(fetcher.fetch(new ImageRef.Remote(uri, Optional.of(right)))).isEqualTo(IMAGE);
    assertFails(
        new ImageRef.Remote(uri, Optional.of("0".repeat(64))),
        FailureCode.IMAGE_DIGEST_MISMATCH,
        "image.sha256",
        right);
  }

  @Test
  void theMediaTypeIsHeldAgainstTheBytes() {
    byte[] png = ScriptedImages.png();
    ImageFetcher fetcher = new ImageFetcher(policy(Optional.empty(), png.length));
    for (String right : new String[] {"image/png", "IMAGE/PNG; q=1", "application/octet-stream"}) {
      assertThat(fetcher.fetch(new ImageRef.Inline(png, Optional.of(right)))).isEqualTo(png);
    }
    for (String wrong : new String[] {"image/jpeg", "image/svg+xml", "text/html", "png"}) {
      assertThatThrownBy(() -> fetcher.fetch(new ImageRef.Inline(png, Optional.of(wrong))))
          .isInstanceOfSatisfying(
              QuestionFailure.class,
              failure -> assertThat(failure.code()).isEqualTo(FailureCode.IMAGE_UNDECODABLE))
          .hasMessageStartingWith("image.mediaType");
    }
  }

  @Test
  void theSizeIsHeldAgainstTheBytes() {
    URI uri = root.resolve("image.png").toUri();
    assertThat(fetcher.fetch(sized(uri, IMAGE.length))).isEqualTo(IMAGE);
    assertFails(sized(uri, 5), FailureCode.IMAGE_DIGEST_MISMATCH, "image.size is 5", "4 bytes");
  }

  private static ImageRef sized(URI uri, long size) {
    return new ImageRef.Remote(uri, Optional.empty(), OptionalLong.of(size), Optional.empty());
  }

  @Test
  void policiesThatMakeNoSenseNameTheirSetting() {
    assertThatThrownBy(() -> new FetchPolicy(Optional.empty(), Set.of(), 0, Duration.ofSeconds(1)))
        .hasMessageContaining("crop.image.max-bytes");
    assertThatThrownBy(() -> new FetchPolicy(Optional.empty(), Set.of(), 1, Duration.ZERO))
        .hasMessageContaining("crop.image.fetch-timeout");
  }

  private static ImageRef inline(int bytes) {
    return new ImageRef.Inline(new byte[bytes], Optional.empty());
  }

  private static ImageRef remote(URI uri) {
    return new ImageRef.Remote(uri, Optional.empty());
  }

  private void assertFails(ImageRef image, FailureCode code, String... message) {
    assertThatThrownBy(() -> fetcher.fetch(image))
        .isInstanceOfSatisfying(
            QuestionFailure.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(code);
              assertThat(failure.stageName()).isEqualTo("fetch");
              assertThat(failure).hasMessageContainingAll(message);
              assertThat(failure.getMessage()).doesNotContain("secret=1");
            });
  }
}
