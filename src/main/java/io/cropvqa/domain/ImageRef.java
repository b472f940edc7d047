package io.cropvqa.domain;

import java.net.URI;
import java.util.Optional;
import java.util.OptionalLong;

/** Where a question's image is: carried along, or to be fetched. */
public sealed interface ImageRef {

  /**
   * Image bytes that travelled with the question.
   *
   * @param data the encoded image (PNG, JPEG, ...), not copied: nobody writes to it
   * @param mediaType what the sender says it is, if it says so
   */
  record Inline(byte[] data, Optional<String> mediaType) implements ImageRef {}

  /**
   * An image to be fetched by a claim check: what the sender claims is held against what comes.
   *
   * @param uri https, a file under the configured root, or an object in S3
   * @param sha256 lower-case hex digest that the fetched bytes must have, if the sender gave one
   * @param size how many bytes there must be, if the sender says so
   * @param mediaType of which type they must be, if the sender says so
   */
  record Remote(URI uri, Optional<String> sha256, OptionalLong size, Optional<String> mediaType)
      implements ImageRef {

    /** A reference that claims no more than a digest. */
    public Remote(URI uri, Optional<String> sha256) {
      this(uri, sha256, OptionalLong.empty(), Optional.empty());
    }
  }
}
