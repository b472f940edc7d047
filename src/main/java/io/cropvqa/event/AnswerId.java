package io.cropvqa.event;

import io.cropvqa.domain.PruningPlan;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Names an answer by what it follows from, so that a question answered twice (a crash between
 * publishing and committing) carries one id and readers can drop the second.
 */
public final class AnswerId {
  private static final int HEX_DIGITS = 32;

  private AnswerId() {}

  /**
   * @param source who asked, the {@code ce_source} of the question
   * @return 32 hexadecimal digits: the head of a SHA-256
   */
  public static String of(
      String source, String questionId, String modelRevision, PruningPlan pruning) {
    MessageDigest digest = sha256();
    for (String part :
        new String[] {
          source, questionId, modelRevision, pruning.method(), Integer.toString(pruning.budget())
        }) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      // The length goes first, or ("a", "bc") and ("ab", "c") would share an id.
      digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
      digest.update(bytes);
    }
    return HexFormat.of().formatHex(digest.digest()).substring(0, HEX_DIGITS);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
