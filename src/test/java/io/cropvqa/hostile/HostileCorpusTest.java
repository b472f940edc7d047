package io.cropvqa.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.cropvqa.image.HostileImages;
import io.cropvqa.model.processing.HostileTemplates;
import io.cropvqa.model.weights.HostileWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every input of the corpus ends as it should: refused with its code or a message that names what
 * is at fault, or taken for what it is; without an error of the virtual machine, and soon.
 */
class HostileCorpusTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir static Path folder;

  private static List<HostileCase> corpus;

  @BeforeAll
  static void collect() throws IOException {
    corpus =
        Stream.of(
                HostileEvents.all(),
                HostileOptions.all(),
                HostileUris.all(folder),
                HostileImages.all(),
                HostileWeights.all(folder),
                HostileTemplates.all(folder),
                HostileConfigs.all(folder))
            .flatMap(List::stream)
            .toList();
  }

  @TestFactory
  Stream<DynamicTest> everyInputEndsAsItShould() {
    return corpus.stream()
        .map(
            input ->
                DynamicTest.dynamicTest(
                    input.name(),
                    () -> {
                      String outcome = assertTimeoutPreemptively(SOON, input::outcome);
                      assertThat(input.isExpected(outcome))
                          .as("%s, wanted %s", outcome, input.expected())
                          .isTrue();
                    }));
  }

  @Test
  void thereAreAtLeastThreeHundred() {
    assertThat(corpus.stream().map(HostileCase::name))
        .hasSizeGreaterThanOrEqualTo(300)
        .doesNotHaveDuplicates();
  }
}
