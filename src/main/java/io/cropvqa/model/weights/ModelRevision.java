package io.cropvqa.model.weights;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Tells one revision of a model from another by its files.
 *
 * <p>Small files are digested whole. Of each weight its name, type, shape, head and tail are: a 14
 * GB checkpoint then costs milliseconds, and a training step changes every weight that it trains.
 */
public final class ModelRevision {
  private static final int BLOCK_BYTES = 1 << 17;
  private static final int HEX_DIGITS = 12;
  private static final List<String> SMALL_FILES =
      List.of(
          "config.json",
          "generation_config.json",
          "preprocessor_config.json",
          "processor_config.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json",
          "chat_template.jinja",
          "chat_template.json",
          "localizer.json",
          "localizer/config.json",
          "plc/config.json",
          "crop.json");

  /** Weights beside the checkpoint's own, each optional. */
  private static final List<String> MORE_WEIGHTS =
      List.of("localizer/model.safetensors", "plc/plc.safetensors");

  private ModelRevision() {}

  /** The first 12 hex digits of a SHA-256 over a checkpoint's files. */
  public static String of(Path directory) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String name : SMALL_FILES) {
        Path file = directory.resolve(name);
        if (Files.exists(file)) {
          digest.update(name.getBytes(StandardCharsets.UTF_8));
          digest.update(TextFile.bytes(file));
        }
      }
      for (Path file : Weights.files(directory)) {
        sample(file, digest);
      }
      for (String name : MORE_WEIGHTS) {
        Path file = directory.resolve(name);
        if (Files.exists(file)) {
          digest.update(name.getBytes(StandardCharsets.UTF_8));
          sample(file, digest);
        }
      }
      return HexFormat.of().formatHex(digest.digest()).substring(0, HEX_DIGITS);
    } catch (IOException e) {
      throw new UncheckedIOException("can't read the model in " + directory, e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static void sample(Path path, MessageDigest digest) throws IOException {
    SafetensorsFile weights = SafetensorsFile.open(path);
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      for (Map.Entry<String, SafetensorsFile.Entry> weight : weights.entries().entrySet()) {
        SafetensorsFile.Entry at = weight.getValue();
        digest.update(weight.getKey().getBytes(StandardCharsets.UTF_8));
        digest.update(Arrays.toString(at.shape()).getBytes(StandardCharsets.UTF_8));
        digest.update(at.dtype().name().getBytes(StandardCharsets.UTF_8));
        digest.update(block(file, at.begin(), at.end()));
        digest.update(block(file, Math.max(at.begin(), at.end() - BLOCK_BYTES), at.end()));
      }
    }
  }

  private static ByteBuffer block(FileChannel file, long begin, long end) throws IOException {
    ByteBuffer block = ByteBuffer.allocate((int) Math.min(BLOCK_BYTES, end - begin));
    while (block.hasRemaining() && file.read(block, begin + block.position()) >= 0) {
      // a file system may give less than it is asked for
    }
    return block.flip();
  }
}
