package io.cropvqa.evaluation.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.cropvqa.evaluation.scenes.SceneDataset;
import io.cropvqa.evaluation.scenes.Split;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DatasetWriterTest {
  @TempDir Path folder;

  @Test
  void whatIsWrittenIsReadAgain() throws IOException {
    SceneDataset scenes = new SceneDataset(Split.TRAIN, 3, 1);
    Path out = folder.resolve("new");
    List<Integer> progress = new ArrayList<>();

    new DatasetWriter(out).write(scenes, progress::add);

    DatasetFiles files =
        DatasetFiles.open(out.resolve(DatasetWriter.FILE), Optional.empty(), Optional.empty());
    assertThat(files.examples())
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("id")
        .isEqualTo(scenes.examples());
    VqaExample last = files.examples().get(17);
    assertThat(files.image(last)).isEqualTo(scenes.image(last));
    assertThat(progress).hasSize(18).last().isEqualTo(18);
    assertThat(Files.list(out)).hasSize(4);
  }
}
