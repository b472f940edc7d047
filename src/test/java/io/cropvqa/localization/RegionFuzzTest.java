package io.cropvqa.localization;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.cropvqa.Samples;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.event.QuestionEventReader;
import io.cropvqa.model.processing.TextTokenizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;

/** A region that a question brings, and the file that says how a localizer answers with one. */
@Tag("fuzz")
class RegionFuzzTest {
  private static final TextTokenizer TOKENIZER = TextTokenizer.load(Samples.MODEL);
  private static final Path FOLDER = temporaryFolder();

  private final QuestionEventReader reader = new QuestionEventReader(200, 4);

  @FuzzTest(maxDuration = "10m")
  void anyRegionIsOnTheGridOrRefused(byte[] bytes) throws IOException {
    region(bytes);
    localizerFile(bytes);
  }

  private void region(byte[] json) {
    ByteArrayOutputStream event = new ByteArrayOutputStream();
    event.writeBytes(
        ascii("{\"image\":{\"data\":\"AQID\"},\"question\":\"?\",\"options\":{\"region\":"));
    event.writeBytes(json);
    event.writeBytes(ascii("}}"));
    try {
      reader
          .read(event.toByteArray(), "fallback")
          .options()
          .region()
          .ifPresent(region -> assertThat(ContextualRegion.WHOLE_IMAGE.contains(region)).isTrue());
    } catch (QuestionFailure refusal) {
      assertThat(refusal.code()).isIn(FailureCode.MALFORMED_EVENT, FailureCode.INVALID_OPTION);
    }
  }

  private static void localizerFile(byte[] json) throws IOException {
    Files.write(FOLDER.resolve("localizer.json"), json);
    try {
      RegionAnswer answer = RegionAnswer.read(FOLDER, TOKENIZER);
      assertThat(answer.ask("where?")).contains("where?");
      for (int i = 0; i < 4; i++) {
        assertThat(answer.textBefore(i)).isNotNull();
      }
    } catch (IllegalArgumentException refusal) {
      assertThat(refusal.getMessage()).contains("localizer.json");
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("fuzz");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
