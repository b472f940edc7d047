package io.cropvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.cropvqa.image.SampleImages;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ask} on the packaged application with the bundled model. */
class AskIT {
  @TempDir Path directory;

  private final PackagedApplication application = new PackagedApplication();
  private String image;
  private String question;

  @BeforeEach
  void sample() throws Exception {
    DemoJob job = DemoJob.load(new DemoCommand()).get(0);
    image = file("sample.png", job.event().get("image").get("data").binaryValue());
    question = job.question();
  }

  private String file(String name, byte[] content) throws IOException {
    return Files.write(directory.resolve(name), content).toString();
  }

  @Test
  void aBudgetAboveAllVisualTokensAnswersAsNoPruningDoes() throws Exception {
    JsonNode full = ask("--pruning", "none");
    JsonNode generous = ask("--visual-tokens", "100000");

    assertThat(full.get("tokenIds")).isNotEmpty();
    assertThat(generous.get("tokenIds")).isEqualTo(full.get("tokenIds"));
  }

  @ParameterizedTest
  @ValueSource(ints = {128, 64, 28})
  void aBudgetIsMet(int budget) throws Exception {
    JsonNode pruning = ask("--visual-tokens", Integer.toString(budget)).get("pruning");

    assertThat(pruning.get("averageVisualTokens").doubleValue()).isLessThanOrEqualTo(budget);
    assertThat(pruning.get("visualTokensAfter").intValue()).isPositive();
  }

  @Test
  void aGivenRegionIsUsedAndDrawn() throws Exception {
    Path overlay = directory.resolve("overlay.png");

    JsonNode event = ask("--region", "2,1,4,3", "--overlay", overlay.toString());

    assertThat(event.get("region").get("source").textValue()).isEqualTo("provided");
    assertThat(event.get("region").get("box").toString()).isEqualTo("[2,1,4,3]");
    BufferedImage drawn = ImageIO.read(overlay.toFile());
    assertThat(drawn.getWidth()).isEqualTo(ImageIO.read(new File(image)).getWidth());
  }

  @Test
  void severalImagesHaveARegionEachAndShareTheBudget() throws Exception {
    JsonNode one = ask("--visual-tokens", "28");
    JsonNode two = ask("--image", image, "--visual-tokens", "56");

    assertThat(one.has("regions")).isFalse();
    assertThat(two.get("region")).isEqualTo(one.get("region"));
    assertThat(two.get("regions")).containsExactly(one.get("region"), one.get("region"));
    assertThat(two.at("/pruning/visualTokensBefore").intValue())
        .isEqualTo(2 * one.at("/pruning/visualTokensBefore").intValue());
    assertThat(two.at("/pruning/averageVisualTokens").doubleValue()).isBetween(54.0, 56.0);
  }

  @Test
  void eightBitsAnswerAndSayThatTheyDo() throws Exception {
    JsonNode floats = ask();
    JsonNode bytes = ask("--dtype", "int8");

    assertThat(bytes.get("answer")).isEqualTo(floats.get("answer"));
    assertThat(bytes.at("/model/revision").textValue())
        .isEqualTo(floats.at("/model/revision").textValue() + "-int8");
  }

  @Test
  void theAnswerAloneGoesToStdout() throws Exception {
    PackagedApplication.Result result =
        application.run("ask", "--image", image, "--question", question);

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out().lines()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --image nowhere.png --question What?               | nowhere.png
          --image NOT_AN_IMAGE --question What?              | image
          --image TRUNCATED --question What?                 | image is damaged or cut short
          --image BOMB --question What?                      | image is 40000x40000
          --image IMAGE --question=                          | --question is empty
          --image IMAGE --question What? --pruning magic     | magic
          --image IMAGE --question What? --visual-tokens few | --visual-tokens
          --image IMAGE --question What? --region 5,5,2,2    | region
          --image IMAGE --question What? --model nowhere     | nowhere
          --image IMAGE --question What? --dtype fp8         | crop.dtype = fp8
          --image IMAGE                                      | --question
          --image IMAGE --image BOMB --question What?        | images[1]: image is 40000x40000
          --image IMAGE --image IMAGE --question What? --overlay kept.png | --overlay needs exactly one --image
          """)
  void whatCanNotBeUsedIsToldInOneLine(String arguments, String named) throws Exception {
    Map<String, String> files =
        Map.of(
            "IMAGE", image,
            "NOT_AN_IMAGE", file("text.png", "no picture".getBytes(StandardCharsets.UTF_8)),
            "TRUNCATED", file("truncated.jpg", SampleImages.truncatedJpeg()),
            "BOMB", file("bomb.png", SampleImages.pngHeader(40_000, 40_000)));
    List<String> args = new ArrayList<>(List.of("ask"));
    for (String argument : arguments.split(" +")) {
      args.add(files.getOrDefault(argument, argument));
    }

    PackagedApplication.Result result = application.run(args.toArray(String[]::new));

    assertThat(result.exitCode()).as(result.err()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains(named);
    assertThat(result.err().lines()).hasSize(1);
  }

  /** Settings are looked at before the application starts, whatever the command. */
  @ParameterizedTest
  @CsvSource({
    "crop.pruning.method=magic, crop.pruning.method",
    "crop.model=nowhere, nowhere",
    "crop.workers=0, crop.workers",
    "crop.batch.size=0, crop.batch.size",
    "crop.stages=both, 'crop.stages must be all, localize or infer'",
    "crop.prepare-threads=-1, crop.prepare-threads",
    "crop.max-images=0, crop.max-images",
    "crop.localizer.min-confidence=3, crop.localizer.min-confidence"
  })
  void aSettingThatCanNotBeUsedIsToldInOneLine(String setting, String named) throws Exception {
    PackagedApplication.Result result = new PackagedApplication("-D" + setting).run("serve");

    assertThat(result.exitCode()).as(result.err()).isEqualTo(2);
    assertThat(result.err()).contains(named);
    assertThat(result.err().lines()).hasSize(1);
  }

  private JsonNode ask(String... options) throws Exception {
    List<String> args =
        new ArrayList<>(List.of("ask", "--image", image, "--question", question, "--json"));
    args.addAll(List.of(options));
    PackagedApplication.Result result = application.run(args.toArray(String[]::new));
    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out().lines()).hasSize(1);
    return new ObjectMapper().readTree(result.out());
  }
}
