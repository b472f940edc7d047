package io.cropvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code train} on the packaged application with the bundled model. */
class TrainIT {
  @TempDir Path directory;

  private final PackagedApplication application = new PackagedApplication();

  @Test
  void aTrainedLocalizerIsWrittenAndJudged() throws Exception {
    PackagedApplication.Result result = train("--steps", "2");

    assertThat(result.exitCode()).as(result.err()).isZero();
    assertThat(result.out()).startsWith("held out").contains("recall").contains("\nall ");
    assertThat(result.err()).contains("step 2 (100 %)  loss ").contains("written: ");
    assertThat(directory.resolve("localizer").toFile().list())
        .containsExactlyInAnyOrder("config.json", "model.safetensors");
  }

  @Test
  void aTrainingThatIsNotThereCanNotBeResumed() throws Exception {
    PackagedApplication.Result result = train("--steps", "2", "--resume");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err())
        .isEqualToIgnoringWhitespace(
            "--resume: %s holds no checkpoint to go on from".formatted(directory));
    assertThat(result.out()).isEmpty();
  }

  private PackagedApplication.Result train(String... more) throws Exception {
    String command =
        "train --localizer --split train --count 3 --questions 4 --batch 4 --out " + directory;
    String[] given = command.split(" ");
    String[] args = Arrays.copyOf(given, given.length + more.length);
    System.arraycopy(more, 0, args, given.length, more.length);
    return application.run(args);
  }
}
