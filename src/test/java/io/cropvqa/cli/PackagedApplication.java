package io.cropvqa.cli;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The application as users run it: {@code java -jar}, from the build named by a property. Most of
 * these processes live for seconds, in which the optimizing compiler takes more time than it gives
 * back.
 */
final class PackagedApplication {
  private static final long TIMEOUT_SECONDS = 300;

  private final List<String> jvmOptions;
  private final Map<String, String> environment;

  PackagedApplication(String... jvmOptions) {
    this(List.of(jvmOptions), Map.of());
  }

  private PackagedApplication(List<String> jvmOptions, Map<String, String> environment) {
    this.jvmOptions = jvmOptions;
    this.environment = environment;
  }

  /** The same with these environment variables too. */
  PackagedApplication with(Map<String, String> more) {
    return new PackagedApplication(jvmOptions, more);
  }

  /** What a run that ended by itself left. */
  record Result(int exitCode, String out, String err) {}

  /** Runs it to its end. */
  Result run(String... args) throws IOException, InterruptedException {
    Path out = Files.createTempFile("crop-vqa-", ".out");
    Path err = Files.createTempFile("crop-vqa-", ".err");
    try {
      Process process =
          builder(args).redirectOutput(out.toFile()).redirectError(err.toFile()).start();
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IllegalStateException("still running: " + Files.readString(err));
      }
      return new Result(
          process.exitValue(),
          Files.readString(out, StandardCharsets.UTF_8),
          withoutTheJvmsOwn(Files.readString(err, StandardCharsets.UTF_8)));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  /** Starts it and leaves it running; what it logs goes to a file. */
  Process start(File log, String... args) throws IOException {
    return builder(args)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
        .start();
  }

  private ProcessBuilder builder(String... args) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dquarkus.http.port=0");
    command.add("-Dquarkus.management.port=0");
    command.add("-Dai.djl.pytorch.num_threads=1");
    command.add("-XX:TieredStopAtLevel=1");
    command.addAll(jvmOptions);
    command.add("-jar");
    command.add(System.getProperty("crop.application"));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    return builder;
  }

  /** Where JAVA_TOOL_OPTIONS is set, the JVM says so before anything else. */
  private static String withoutTheJvmsOwn(String err) {
    return err.replaceAll("(?m)^Picked up \\w+: .*\\R", "");
  }
}
