package io.cropvqa.tensor;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Starts PyTorch: offline, without telemetry, its libraries unpacked below a directory of our
 * choice.
 */
public final class Torch {
  private static final String ENGINE = "PyTorch";

  static {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
  }

  private Torch() {}

  /**
   * Says where native libraries are unpacked (about 430 MB) and how many threads one operation may
   * use. Has to come before the first {@link #open}; a value given on the command line wins.
   *
   * @param intraOpThreads at least 1
   */
  public static void configure(Path cacheDirectory, int intraOpThreads) {
    setDefault("DJL_CACHE_DIR", cacheDirectory.toString());
    setDefault("ai.djl.pytorch.num_threads", Integer.toString(intraOpThreads));
  }

  /** How many threads one operation uses. */
  public static int threads() {
    Engine.getEngine(ENGINE); // loads the library
    return JniUtils.getNumThreads();
  }

  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null && System.getenv(property) == null) {
      System.setProperty(property, value);
    }
  }

  /** A new root scope on a device; whoever opens it closes it. */
  public static NDManager open(Device device) {
    return Engine.getEngine(ENGINE).newBaseManager(device);
  }

  /**
   * Reads {@code cpu}, {@code gpu} (the first one) or {@code gpu:N}.
   *
   * @throws IllegalArgumentException for another name, or for a GPU that isn't there
   */
  public static Device device(String name) {
    String wanted = name.toLowerCase(Locale.ROOT);
    if (wanted.equals("cpu")) {
      return Device.cpu();
    }
    if (!wanted.matches("gpu(:\\d{1,3})?")) {
      throw new IllegalArgumentException("device must be cpu, gpu or gpu:N, got " + name);
    }
    int index = wanted.equals("gpu") ? 0 : Integer.parseInt(wanted.substring(4));
    int present = Engine.getEngine(ENGINE).getGpuCount();
    if (index >= present) {
      throw new IllegalArgumentException(
          "device %s is not there: PyTorch sees %d GPUs; use device cpu, or give it a CUDA libtorch by PYTORCH_LIBRARY_PATH"
              .formatted(name, present));
    }
    return Device.gpu(index);
  }
}
