package io.cropvqa.model.weights;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.cropvqa.tensor.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A checkpoint is in memory once while it is loaded: measured in a process of its own, whose
 * resident memory nothing else changes.
 */
@EnabledOnOs(OS.LINUX) // which tells a process' memory in /proc
class LoadMemoryTest {
  private static final int WEIGHTS = 10;
  private static final int ROWS = 4096;
  private static final int COLUMNS = 2048;
  private static final long FLOAT_BYTES = (long) WEIGHTS * ROWS * COLUMNS * Float.BYTES; // 335 MB

  @TempDir private Path folder;

  @Test
  void halfPrecisionIsInMemoryOnceWhileItIsConverted() throws Exception {
    long grown = loadInAProcess("BF16", 2);
    assertThat(grown).isBetween(FLOAT_BYTES * 9 / 10, FLOAT_BYTES * 13 / 10);
  }

  @Test
  void singlePrecisionStaysInItsFile() throws Exception {
    long grown = loadInAProcess("F32", 4);
    assertThat(grown).isLessThan(FLOAT_BYTES * 13 / 10);
  }

  private long loadInAProcess(String dtype, int bytes) throws Exception {
    long weightBytes = (long) ROWS * COLUMNS * bytes;
    StringBuilder header = new StringBuilder("{");
    for (int i = 0; i < WEIGHTS; i++) {
      header.append(i == 0 ? "" : ",");
      String shape = "[%d,%d]".formatted(ROWS, COLUMNS);
      header.append(
          Safetensors.entry("w" + i, dtype, shape, i * weightBytes, (i + 1) * weightBytes));
    }
    header.append(header.length() % 8 == 0 ? "}       " : "}");
    byte[] data = new byte[(int) (WEIGHTS * weightBytes)];
    Arrays.fill(data, (byte) 0x3F);
    Safetensors.write(folder.resolve("model.safetensors"), header.toString(), data);
    Process loader =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                Loader.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String printed = new String(loader.getInputStream().readAllBytes());
    assertThat(loader.waitFor()).as(printed).isZero();
    return Long.parseLong(printed.strip());
  }

  /** Prints by how many bytes the process' peak of resident memory rises while weights are read. */
  static final class Loader {
    private Loader() {}

    public static void main(String[] arguments) throws IOException {
      Path folder = Path.of(arguments[0]);
      try (NDManager root = Torch.open(Device.cpu())) {
        root.create(new float[] {1, 2}).sum().getFloat(); // starts the engine
        long before = peakBytes();
        Weights weights = Weights.open(folder, UnaryOperator.identity(), root);
        double sum = 0;
        for (Map.Entry<String, long[]> weight : weights.shapes().entrySet()) {
          sum += weights.get(weight.getKey(), weight.getValue()).sum().getFloat();
        }
        if (!(sum > 0)) {
          throw new IllegalStateException("the weights add up to " + sum);
        }
        System.out.println(peakBytes() - before);
      }
    }

    private static long peakBytes() throws IOException {
      List<String> status = Files.readAllLines(Path.of("/proc/self/status"));
      String peak =
          status.stream().filter(line -> line.startsWith("VmHWM:")).findFirst().orElseThrow();
      return Long.parseLong(peak.replaceAll("\\D", "")) * 1024;
    }
  }
}
