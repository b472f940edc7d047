package io.cropvqa.messaging;

import io.cropvqa.image.SampleImages;
import java.nio.file.Path;
import java.util.Base64;

/** Questions that can't be answered, one for each way of being wrong, with the code each is due. */
enum BadQuestion {
  NOT_JSON("malformed-event", "{\"id\": oops"),
  TOMBSTONE("malformed-event", null),
  WRONG_TYPE("malformed-event", "{\"question\":5,\"image\":{}}"),
  NO_IMAGE("malformed-event", "{\"question\":\"What?\"}"),
  NO_BUDGET("invalid-option", inline("AQID", "\"visualTokens\":0")),
  NO_ANSWER("invalid-option", inline("AQID", "\"maxNewTokens\":-1")),
  TOO_LONG("question-too-long", inline("AQID", "").replace("What?", "x".repeat(5_000))),
  MISSING_FILE("image-missing", byUri("file:%s/no-such.png".formatted(root()), "")),
  OUTSIDE_THE_ROOT("image-forbidden", byUri("file:///etc/hosts", "")),
  FORBIDDEN_HOST("image-forbidden", byUri("https://example.org/cat.png", "")),
  OTHER_BYTES(
      "image-digest-mismatch",
      byUri("file:%s/scene-00.png".formatted(root()), ",\"sha256\":\"" + "0".repeat(64) + "\"")),
  NO_PICTURE("image-undecodable", inline("AQID", "")),
  HALF_A_PICTURE("image-undecodable", inline(base64(SampleImages.truncatedJpeg()), "")),
  BOMB("image-too-large", inline(base64(SampleImages.pngHeader(40_000, 40_000)), "")),
  TOO_LATE("deadline-exceeded", inline("AQID", "\"deadline\":\"2020-01-01T00:00:00Z\"")),
  A_BUG("internal", Conversation.event("a-bug", "throw"));

  private final String code;
  private final String event;

  BadQuestion(String code, String event) {
    this.code = code;
    this.event = event;
  }

  /** The failure code that it is dead-lettered with. */
  String code() {
    return code;
  }

  /** The record's value; {@code null} for a tombstone. */
  String event() {
    return event;
  }

  /** Where file images may lie: {@code crop.image.file-root}. */
  static String root() {
    return Path.of("kafka/samples").toAbsolutePath().toString();
  }

  private static String inline(String data, String options) {
    return "{\"image\":{\"data\":\"%s\"},\"question\":\"What?\",\"options\":{%s}}"
        .formatted(data, options);
  }

  private static String byUri(String uri, String more) {
    return "{\"image\":{\"uri\":\"%s\"%s},\"question\":\"What?\"}".formatted(uri, more);
  }

  private static String base64(byte[] picture) {
    return Base64.getEncoder().encodeToString(picture);
  }
}
