package io.cropvqa.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The image is pinned, runs as nobody in particular, and holds the whole application. */
class ImageFileTest {
  private final ImageFile image = new ImageFile();

  @Test
  void theBaseImageIsPinnedToAnExactVersion() {
    assertThat(image.all("FROM"))
        .singleElement()
        .asString()
        .matches("eclipse-temurin:17\\.\\d+\\.\\d+_\\d+-jre-[a-z]+");
  }

  /** Each line is a layer of its own; together they are all that Quarkus writes. */
  @Test
  void everyPartOfTheApplicationIsCopiedLeastChangedFirst() {
    List<List<String>> copies =
        image.all("COPY").stream()
            .map(copy -> List.of(copy.replaceFirst("--chown=\\S+ ", "").split(" ")))
            .toList();

    assertThat(copies)
        .containsExactly(
            List.of("target/quarkus-app/lib/", "lib/"),
            List.of("target/quarkus-app/*.jar", "./"),
            List.of("target/quarkus-app/app/", "app/"),
            List.of("target/quarkus-app/quarkus/", "quarkus/"));
  }

  @Test
  void whatIsCopiedIsInTheBuildContext() throws IOException {
    assertThat(Files.readAllLines(Path.of(".dockerignore")))
        .containsExactly("*", "!target/quarkus-app/*");
  }

  @Test
  void itDoesNotRunAsRoot() {
    assertThat(image.last("USER")).isEqualTo("185");
  }

  @Test
  void itServesQuestionsAndManagement() {
    assertThat(image.last("EXPOSE")).isEqualTo("8080 9000");
  }

  @Test
  void theCacheIsWritableByTheUserAndKnownToTheService() {
    assertThat(image.last("RUN")).endsWith(ImageFile.CACHE).contains("-o 185");
    assertThat(image.last("ENV"))
        .contains("CROP_CACHE_DIRECTORY=" + ImageFile.CACHE + " ")
        .contains("DJL_CACHE_DIR=" + ImageFile.CACHE + "/");
    assertThat(EnvironmentNames.known()).contains("CROP_CACHE_DIRECTORY");
  }

  /** Without exec the shell would get SIGTERM and the JVM would be killed with work in flight. */
  @Test
  void theJvmReplacesTheShellAndTakesOptionsAndArguments() {
    assertThat(image.last("ENTRYPOINT"))
        .startsWith("[\"sh\", \"-c\", \"exec java ")
        .contains("$JAVA_OPTS_APPEND -jar quarkus-run.jar \\\"$@\\\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ADD", "ARG", "VOLUME"})
  void nothingIsDownloadedOrPassedInWhileBuilding(String instruction) {
    assertThat(image.all(instruction)).isEmpty();
  }

  @Test
  void itHoldsNoSecret() {
    assertThat(image.last("ENV").toUpperCase(Locale.ROOT))
        .doesNotContain("PASSWORD", "SECRET", "TOKEN", "SASL", "JAAS");
  }
}
