package io.cropvqa.image;

import java.net.URI;

/** URIs as they may be written into logs and dead letters. */
final class SafeUri {

  private SafeUri() {}

  /** Scheme, host, port and path; a query, a fragment or user info may hold a secret. */
  static String of(URI uri) {
    StringBuilder text = new StringBuilder();
    if (uri.getScheme() != null) {
      text.append(uri.getScheme()).append(':');
    }
    if (uri.getHost() != null) {
      text.append("//").append(uri.getHost());
      if (uri.getPort() >= 0) {
        text.append(':').append(uri.getPort());
      }
    }
    if (uri.getRawPath() != null) {
      text.append(uri.getRawPath());
    }
    return text.toString();
  }
}
