package io.cropvqa.event;

import io.cropvqa.domain.ImageRef;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/** Reads where one image of a question is: a {@code uri} to fetch, or the {@code data} itself. */
final class ImageRefReader {
  private static final Pattern SHA_256 = Pattern.compile("[0-9a-fA-F]{64}");

  private ImageRefReader() {}

  /**
   * @throws io.cropvqa.domain.QuestionFailure {@code malformed-event}, naming the field
   */
  static ImageRef read(JsonFields image) {
    Optional<String> uri = image.string("uri");
    Optional<String> data = image.string("data");
    if (uri.isPresent() == data.isPresent()) {
      throw image.malformed("must hold exactly one of uri and data");
    }
    Optional<String> mediaType = image.string("mediaType");
    Optional<String> sha256 = image.string("sha256");
    return uri.isPresent()
        ? new ImageRef.Remote(
            uri(image, uri.get()), sha256.map(hex -> digest(image, hex)), size(image), mediaType)
        : new ImageRef.Inline(base64(image, data.orElseThrow()), mediaType);
  }

  private static URI uri(JsonFields image, String text) {
    try {
      URI uri = new URI(text);
      if (uri.isAbsolute()) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Told below; the parser's message would repeat the URI with what its query may hold.
    }
    throw image.malformed("uri", "must be an absolute URI");
  }

  private static String digest(JsonFields image, String hex) {
    if (!SHA_256.matcher(hex).matches()) {
      throw image.malformed("sha256", "must be 64 hexadecimal digits");
    }
    return hex.toLowerCase(Locale.ROOT);
  }

  private static OptionalLong size(JsonFields image) {
    OptionalInt size = image.integer("size");
    if (size.isPresent() && size.getAsInt() < 1) {
      throw image.malformed("size", "must be at least 1 byte, got " + size.getAsInt());
    }
    return size.isPresent() ? OptionalLong.of(size.getAsInt()) : OptionalLong.empty();
  }

  private static byte[] base64(JsonFields image, String data) {
    try {
      return Base64.getDecoder().decode(data);
    } catch (IllegalArgumentException e) {
      throw image.malformed("data", "must be base64 without line breaks");
    }
  }
}
