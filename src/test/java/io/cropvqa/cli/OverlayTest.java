package io.cropvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.cropvqa.domain.Answer;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.FinishReason;
import io.cropvqa.domain.ImageBox;
import io.cropvqa.domain.LocatedRegion;
import io.cropvqa.domain.ModelIdentity;
import io.cropvqa.domain.PruningPlan;
import io.cropvqa.domain.PruningStatistics;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.domain.StageTimings;
import io.cropvqa.domain.TokenUsage;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OverlayTest {

  @Test
  void keptPatchesStayBrightTheRestIsShadedAndTheRegionFramed(@TempDir Path directory)
      throws Exception {
    byte[] grey = new byte[160 * 80 * 3];
    Arrays.fill(grey, (byte) 200);
    // Kept: the right half. Region: the two leftmost columns of blocks, 0 to 40 pixels wide.
    Answer answer = answer(new ContextualRegion(0, 0, 1, 7), new ImageBox(0.5, 0, 1, 1));
    Path file = directory.resolve("overlay.png");

    Overlay.of(new RgbImage(160, 80, grey, "digest"), answer).write(file);

    BufferedImage picture = ImageIO.read(file.toFile());
    assertThat(picture.getWidth()).isEqualTo(160);
    assertThat(picture.getHeight()).isEqualTo(80);
    assertThat(new Color(picture.getRGB(120, 40))).isEqualTo(new Color(200, 200, 200));
    assertThat(new Color(picture.getRGB(60, 40)).getGreen()).isLessThan(100);
    Color frame = new Color(picture.getRGB(40, 40));
    assertThat(frame.getRed()).isGreaterThan(200);
    assertThat(frame.getBlue()).isLessThan(100);
  }

  private static Answer answer(ContextualRegion region, ImageBox kept) {
    return new Answer(
        "ask",
        "3",
        List.of(),
        FinishReason.STOP,
        new ModelIdentity("scenes", "abc", "cpu"),
        List.of(LocatedRegion.provided(region)),
        new PruningStatistics(
            new PruningPlan("crop", 1), 2, 1, List.of(1), List.of(kept), 1, 2, 1, 2),
        new TokenUsage(1, 1),
        new StageTimings(Map.of(), Duration.ZERO, Duration.ZERO));
  }
}
