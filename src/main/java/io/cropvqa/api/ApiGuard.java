package io.cropvqa.api;

import io.cropvqa.config.CropConfig;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response.Status;
import jakarta.ws.rs.ext.Provider;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Closes guarded endpoints to all where {@code crop.api.enabled} is false, and to those without the
 * token where {@code crop.api.token} is set. It answers before a body is read.
 */
@Provider
@Guarded
public class ApiGuard implements ContainerRequestFilter {
  private static final String SCHEME = "Bearer ";

  /** Filters are made before there are settings. */
  private final Supplier<CropConfig> config;

  @Inject
  public ApiGuard(Instance<CropConfig> config) {
    this((Supplier<CropConfig>) config::get);
  }

  ApiGuard(Supplier<CropConfig> config) {
    this.config = config;
  }

  @Override
  public void filter(ContainerRequestContext request) {
    Optional<String> token = config.get().api().token();
    if (!config.get().api().enabled()) {
      request.abortWith(
          Problem.of(Status.FORBIDDEN, "questions over HTTP are off: set crop.api.enabled=true")
              .response()
              .build());
    } else if (token.isPresent()
        && !holds(token.get(), request.getHeaderString(HttpHeaders.AUTHORIZATION))) {
      request.abortWith(
          Problem.of(
                  Status.UNAUTHORIZED,
                  "send the service's token in a header, Authorization: Bearer <crop.api.token>")
              .response()
              .header(HttpHeaders.WWW_AUTHENTICATE, "Bearer")
              .build());
    }
  }

  private static boolean holds(String token, String header) {
    return header != null
        && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        && MessageDigest.isEqual(digest(token), digest(header.substring(SCHEME.length()).strip()));
  }

  /** Digests have one length, so that comparing them tells nothing of the token's. */
  private static byte[] digest(String token) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
