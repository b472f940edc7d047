package io.cropvqa;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.ImageQuestion;
import io.cropvqa.domain.ImageRef;
import io.cropvqa.domain.QuestionOptions;
import io.cropvqa.domain.RequestListener;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.event.QuestionEventReader;
import io.cropvqa.image.ImageDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The sample jobs on the class path are question events once their pictures are put in. */
class SamplesTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final QuestionEventReader reader = new QuestionEventReader(4096, 4);
  private final ImageDecoder decoder =
      new ImageDecoder(1_000_000, 10_000_000, RequestListener.NONE);

  @Test
  void everyJobCanBeAskedAndChecked() throws IOException {
    List<String> ids = new ArrayList<>();
    for (String line : new String(resource("jobs.jsonl"), StandardCharsets.UTF_8).split("\n")) {
      JsonNode job = JSON.readTree(line);
      ImageQuestion question = reader.read(withPicture(job), "none");
      ids.add(question.id());

      RgbImage picture = decoder.decode(((ImageRef.Inline) question.images().get(0)).data());
      assertThat(picture.width()).isEqualTo(256);
      assertThat(picture.height()).isEqualTo(256);
      assertThat(question.options()).isEqualTo(QuestionOptions.DEFAULTS);
      assertThat(job.path("expected")).isNotEmpty();
      assertThat(job.path("type").asText()).isNotBlank();
      assertThat(region(job).areaRatio()).isPositive();
    }
    assertThat(ids).hasSize(72).doesNotHaveDuplicates().doesNotContain("none");
  }

  private static byte[] withPicture(JsonNode job) throws IOException {
    byte[] picture = resource(job.at("/image/uri").asText());
    ObjectNode event = job.deepCopy();
    event.putObject("image").put("data", picture);
    return JSON.writeValueAsBytes(event);
  }

  private static ContextualRegion region(JsonNode job) {
    List<Integer> box = new ArrayList<>();
    job.path("expectedRegion").forEach(number -> box.add(number.asInt()));
    return ContextualRegion.of(box);
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = SamplesTest.class.getResourceAsStream("/samples/" + name)) {
      return in.readAllBytes();
    }
  }
}
