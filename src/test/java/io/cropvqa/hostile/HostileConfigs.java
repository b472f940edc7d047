package io.cropvqa.hostile;

import io.cropvqa.model.Checkpoints;
import io.cropvqa.model.ConfigJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code config.json} of no model. */
final class HostileConfigs {
  private final Path folder;
  private final List<HostileCase> cases = new ArrayList<>();

  private HostileConfigs(Path folder) {
    this.folder = folder;
  }

  static List<HostileCase> all(Path folder) throws IOException {
    HostileConfigs configs = new HostileConfigs(folder.resolve("configs"));
    for (String json :
        List.of("{", "x", "{\"a\":1,}", "{\"a\":NaN}", "{\"a\":" + "[".repeat(5000))) {
      configs.add(json, "is not JSON");
    }
    for (String type :
        List.of(
            "{}",
            "[]",
            "{\"model_type\":\"gpt2\"}",
            "{\"model_type\":\"../llava\"}",
            "{\"model_type\":\"" + "x".repeat(10_000) + "\"}")) {
      configs.add(type, "model_type");
    }
    for (String type : List.of("5", "null", "[\"llava\"]", "{}")) {
      configs.add("{\"model_type\":" + type + "}", "model_type");
    }
    Path nothing = Files.createDirectories(configs.folder.resolve("nothing"));
    configs.cases.add(
        new HostileCase("config: none", "holds no config.json", () -> ConfigJson.read(nothing)));
    return configs.cases;
  }

  private void add(String json, String expected) throws IOException {
    Path directory = Files.createDirectories(folder.resolve("c" + cases.size()));
    Files.writeString(directory.resolve("config.json"), json);
    cases.add(
        new HostileCase(
            "config: " + (json.length() > 80 ? json.substring(0, 80) : json),
            expected,
            () -> Checkpoints.weights(directory, null)));
  }
}
