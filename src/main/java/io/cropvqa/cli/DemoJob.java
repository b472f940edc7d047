package io.cropvqa.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A sample question with its image and the answers that count as right.
 *
 * @param id names the question and its answer
 * @param imageName the image's file name, the key under which the question is published
 * @param question what is asked
 * @param expected right answers; empty where none is known
 * @param event the question event, image inside
 */
record DemoJob(
    String id, String imageName, String question, List<String> expected, ObjectNode event) {
  private static final String FOLDER = "samples/";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The samples that the application carries, each asked so many times. */
  static List<DemoJob> load(DemoCommand command) throws IOException {
    Map<String, String> images = new HashMap<>();
    List<DemoJob> jobs = new ArrayList<>();
    for (int round = 1; round <= command.repeat(); round++) {
      for (String line : lines()) {
        jobs.add(job(JSON.readTree(line), round, images, command));
      }
    }
    return jobs;
  }

  private static DemoJob job(
      JsonNode line, int round, Map<String, String> images, DemoCommand command)
      throws IOException {
    String id = line.get("id").textValue() + (round == 1 ? "" : "#" + round);
    String imageName = line.get("image").get("uri").textValue();
    if (!images.containsKey(imageName)) {
      images.put(imageName, Base64.getEncoder().encodeToString(bytes(imageName)));
    }
    ObjectNode event = JSON.createObjectNode().put("id", id);
    event.putObject("image").put("data", images.get(imageName));
    event.put("question", line.get("question").textValue());
    ObjectNode options =
        line.path("options").isObject() ? line.get("options").deepCopy() : JSON.createObjectNode();
    command.pruning().ifPresent(method -> options.put("pruning", method));
    command.visualTokens().ifPresent(budget -> options.put("visualTokens", budget));
    event.set("options", options);
    List<String> expected = new ArrayList<>();
    line.path("expected").forEach(answer -> expected.add(answer.textValue()));
    return new DemoJob(id, imageName, line.get("question").textValue(), expected, event);
  }

  boolean isRight(String answer) {
    return expected.stream().anyMatch(right -> normal(right).equals(normal(answer)));
  }

  private static String normal(String answer) {
    return answer.strip().toLowerCase(Locale.ROOT).replaceAll("\\.$", "");
  }

  byte[] json() throws IOException {
    return JSON.writeValueAsBytes(event);
  }

  private static List<String> lines() throws IOException {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(open("jobs.jsonl"), StandardCharsets.UTF_8))) {
      return reader.lines().filter(line -> !line.isBlank()).toList();
    }
  }

  private static byte[] bytes(String name) throws IOException {
    try (InputStream file = open(name)) {
      return file.readAllBytes();
    }
  }

  private static InputStream open(String name) throws IOException {
    InputStream file =
        Thread.currentThread().getContextClassLoader().getResourceAsStream(FOLDER + name);
    if (file == null) {
      throw new FileNotFoundException(FOLDER + name + " is not in this build");
    }
    return file;
  }
}
