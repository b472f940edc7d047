package io.cropvqa.image;

import static io.cropvqa.image.FetchFailures.failure;
import static io.cropvqa.image.FetchFailures.unreachable;

import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.QuestionFailure;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/**
 * Images from hosts that the operator listed. Redirects are not followed, since a listed host could
 * lead anywhere; the body is cut off at the size limit; one clock bounds the whole exchange.
 */
final class HttpSource implements ImageSource {
  private static final int HTTPS_PORT = 443;

  private final Set<String> allowedHosts;
  private final int maxBytes;
  private final Duration timeout;
  private final Predicate<InetAddress> allowedAddress;
  private final HttpClient client;

  HttpSource(FetchPolicy policy) {
    this(policy, PublicAddresses::contains);
  }

  /**
   * @param allowedAddress what a host's name may resolve to
   */
  HttpSource(FetchPolicy policy, Predicate<InetAddress> allowedAddress) {
    this.allowedHosts = policy.allowedHosts();
    this.maxBytes = policy.maxBytes();
    this.timeout = policy.timeout();
    this.allowedAddress = allowedAddress;
    this.client =
        HttpClient.newBuilder()
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(timeout)
            .build();
  }

  @Override
  public byte[] read(URI uri) {
    String name = SafeUri.of(uri);
    requireAllowed(name, uri);
    requirePublic(uri.getHost());
    HttpResponse<byte[]> response = send(name, uri);
    requireOk(name, response.statusCode());
    return response.body();
  }

  private void requireAllowed(String name, URI uri) {
    if (uri.getHost() == null || uri.getRawUserInfo() != null) {
      throw failure(
          FailureCode.IMAGE_FORBIDDEN,
          "image.uri %s must name a host, and no user or password".formatted(name));
    }
    String entry = allowListEntry(uri);
    if (!allowedHosts.contains(entry)) {
      throw failure(
          FailureCode.IMAGE_FORBIDDEN,
          "image.uri names host %s, which is not in crop.image.allowed-hosts: add it there or send the image in image.data"
              .formatted(entry));
    }
  }

  private static String allowListEntry(URI uri) {
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    return uri.getPort() < 0 || uri.getPort() == HTTPS_PORT ? host : host + ":" + uri.getPort();
  }

  /**
   * The client looks the name up again when it connects; Java's own cache of look-ups makes that
   * the same answer.
   */
  private void requirePublic(String host) {
    try {
      for (InetAddress address : InetAddress.getAllByName(host)) {
        if (!allowedAddress.test(address)) {
          throw failure(
              FailureCode.IMAGE_FORBIDDEN,
              "host %s is on a private network, where images are not fetched from".formatted(host));
        }
      }
    } catch (UnknownHostException e) {
      throw unreachable("host %s has no known address".formatted(host), e);
    }
  }

  private HttpResponse<byte[]> send(String name, URI uri) {
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(timeout).build();
    CompletableFuture<HttpResponse<byte[]>> exchange =
        client.sendAsync(request, head -> new CappedBody(name, head, maxBytes));
    try {
      // The request's own time-out ends with the headers; this one covers the body too.
      return exchange.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      exchange.cancel(true);
      throw unreachable(
          "%s did not come within crop.image.fetch-timeout=%s".formatted(name, timeout), e);
    } catch (InterruptedException e) {
      exchange.cancel(true);
      Thread.currentThread().interrupt();
      throw unreachable("fetching %s was interrupted".formatted(name), e);
    } catch (ExecutionException e) {
      throw asFailure(name, e.getCause());
    }
  }

  private static QuestionFailure asFailure(String name, Throwable cause) {
    for (Throwable inner = cause; inner != null; inner = inner.getCause()) {
      if (inner instanceof QuestionFailure known) {
        return known;
      }
    }
    return unreachable(
        "fetching %s failed: %s".formatted(name, cause.getClass().getSimpleName()), cause);
  }

  private static void requireOk(String name, int status) {
    if (status == 200) {
      return;
    }
    if (status == 404 || status == 410) {
      throw failure(FailureCode.IMAGE_MISSING, "%s answered %d".formatted(name, status));
    }
    if (status == 408 || status == 429 || status >= 500) {
      throw failure(FailureCode.IMAGE_UNREACHABLE, "%s answered %d".formatted(name, status));
    }
    if (status / 100 == 3) {
      throw failure(
          FailureCode.IMAGE_FORBIDDEN,
          "%s answered %d, a redirect, which is not followed: give the final address in image.uri"
              .formatted(name, status));
    }
    throw failure(
        FailureCode.IMAGE_FORBIDDEN, "%s answered %d instead of 200".formatted(name, status));
  }
}
