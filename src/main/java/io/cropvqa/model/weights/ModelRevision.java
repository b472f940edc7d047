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
import java.util.HexFormat;
import java.util.List;

/**
 * Tells one revision of a model from another by its files.
 *
 * <p>Small files are digested whole. Of each weight file its size, its head and {@value #SAMPLES}
 * blocks spread over it are: a 14 GB checkpoint then costs milliseconds, and any training step
 * changes every block.
 */
public final class ModelRevision {
  private static final int SAMPLES = 64;
  private static final int BLOCK_BYTES = 1 << 16;
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
          "crop.json");

  private ModelRevision() {}

  /** The first 12 hex digits of a SHA-256 over a checkpoint's files. */
  public static String of(Path directory) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (String name : SMALL_FILES) {
        Path file = directory.resolve(name);
        if (Files.exists(file)) {
          digest.update(name.getBytes(StandardCharsets.UTF_8));
          digest.update(Files.readAllBytes(file));
        }
      }
      for (Path file : Weights.files(directory)) {
        sample(file, digest);
      }
      return HexFormat.of().formatHex(digest.digest()).substring(0, HEX_DIGITS);
    } catch (IOException e) {
      throw new UncheckedIOException("can't read the model in " + directory, e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static void sample(Path path, MessageDigest digest) throws IOException {
    try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
      long size = file.size();
      digest.update(ByteBuffer.allocate(8).putLong(0, size));
      for (int i = 0; i < SAMPLES; i++) {
        ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
        file.read(block, size / SAMPLES * i);
        digest.update(block.flip());
      }
    }
  }
}
