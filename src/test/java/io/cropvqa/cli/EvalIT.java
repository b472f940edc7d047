package io.cropvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code scenes} and {@code eval} on the packaged application with the bundled model. */
class EvalIT {
  @TempDir Path directory;

  private final PackagedApplication application = new PackagedApplication();

  @Test
  void writtenScenesScoreAsThoseMadeInMemory() throws Exception {
    Path scenes = directory.resolve("scenes");
    PackagedApplication.Result written =
        application.run(
            "scenes", "--split", "new-scenes", "--count", "3", "--out", scenes.toString());
    assertThat(written.exitCode()).as(written.err()).isZero();
    assertThat(written.out()).isEmpty();

    JsonNode fromFiles = eval("--dataset", scenes.resolve("dataset.jsonl").toString());
    JsonNode fromMemory = eval("--split", "new-scenes", "--count", "3");

    assertThat(fromFiles.at("/questions").intValue()).isEqualTo(18);
    assertThat(fromFiles.at("/answers").findValuesAsText("crop@28"))
        .isEqualTo(fromMemory.at("/answers").findValuesAsText("crop@28"))
        .hasSize(18);
  }

  @Test
  void aDataSetThatCanNotBeReadIsUnusable() throws Exception {
    Path file = directory.resolve("dev.jsonl");
    Files.writeString(file, "{\"image\": \"a.png\"}");
    PackagedApplication.Result result = application.run("eval", "--dataset", file.toString());

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("dev.jsonl, line 1: question is missing");
    assertThat(result.out()).isEmpty();
  }

  private JsonNode eval(String... dataset) throws Exception {
    List<String> args = new ArrayList<>(List.of("eval"));
    args.addAll(List.of(dataset));
    args.addAll(List.of("--methods", "crop", "--budgets", "28", "--json"));
    PackagedApplication.Result result = application.run(args.toArray(String[]::new));
    assertThat(result.exitCode()).as(result.err()).isZero();
    return new ObjectMapper().readTree(result.out());
  }
}
