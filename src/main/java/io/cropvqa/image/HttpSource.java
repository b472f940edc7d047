package io.cropvqa.image;

import static io.cropvqa.image.FetchFailures.failure;
import static io.cropvqa.image.FetchFailures.unreachable;

import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.QuestionFailure;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.util.Timeout;

/**
 * Images from hosts that the operator listed. Redirects are not followed, since a listed host could
 * lead anywhere; the body is cut off at the size limit; one clock bounds the whole exchange.
 */
final class HttpSource implements ImageSource {
  private static final int HTTPS_PORT = 443;
  private static final int MAX_CONNECTIONS = 64;

  private final Set<String> allowedHosts;
  private final int maxBytes;
  private final Duration timeout;
  private final CloseableHttpClient client;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(HttpSource::clockThread);

  HttpSource(FetchPolicy policy) {
    this(policy, new PublicResolver(SystemDefaultDnsResolver.INSTANCE, PublicAddresses::contains));
  }

  /**
   * @param names where a host's name leads
   */
  HttpSource(FetchPolicy policy, DnsResolver names) {
    this.allowedHosts = policy.allowedHosts();
    this.maxBytes = policy.maxBytes();
    this.timeout = policy.timeout();
    this.client = allowedHosts.isEmpty() ? null : client(names, Timeout.of(timeout));
  }

  private static CloseableHttpClient client(DnsResolver names, Timeout timeout) {
    return HttpClients.custom()
        .setConnectionManager(
            PoolingHttpClientConnectionManagerBuilder.create()
                .setDnsResolver(names)
                .setMaxConnPerRoute(MAX_CONNECTIONS)
                .setMaxConnTotal(MAX_CONNECTIONS)
                .setDefaultConnectionConfig(
                    ConnectionConfig.custom()
                        .setConnectTimeout(timeout)
                        .setSocketTimeout(timeout)
                        .build())
                .build())
        .setDefaultRequestConfig(
            RequestConfig.custom()
                .setConnectionRequestTimeout(timeout)
                .setResponseTimeout(timeout)
                .setProtocolUpgradeEnabled(false)
                .build())
        .disableRedirectHandling()
        .disableAutomaticRetries()
        .disableContentCompression()
        .disableCookieManagement()
        .disableAuthCaching()
        .setUserAgent("crop-vqa")
        .build();
  }

  private static Thread clockThread(Runnable task) {
    Thread thread = new Thread(task, "crop-image-clock");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public byte[] read(URI uri) {
    String name = SafeUri.of(uri);
    requireAllowed(name, uri);
    HttpGet request = new HttpGet(uri);
    AtomicBoolean late = new AtomicBoolean();
    ScheduledFuture<?> alarm =
        clock.schedule(() -> hangUp(request, late), timeout.toMillis(), TimeUnit.MILLISECONDS);
    try (ClassicHttpResponse response = client.executeOpen(null, request, null)) {
      return body(name, request, response);
    } catch (QuestionFailure e) {
      throw e;
    } catch (UnknownHostException e) {
      throw unreachable("host %s has no known address".formatted(uri.getHost()));
    } catch (IOException | RuntimeException e) {
      throw late.get()
          ? unreachable(
              "%s did not come within crop.image.fetch-timeout=%s".formatted(name, timeout))
          : unreachable("fetching %s failed: %s".formatted(name, e.getClass().getSimpleName()));
    } finally {
      alarm.cancel(false);
    }
  }

  private static void hangUp(HttpGet request, AtomicBoolean late) {
    late.set(true);
    request.cancel();
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

  private byte[] body(String name, HttpGet request, ClassicHttpResponse response)
      throws IOException {
    try {
      requireOk(name, response.getCode());
      HttpEntity entity = response.getEntity();
      if (entity == null) {
        return new byte[0];
      }
      InputStream body = entity.getContent();
      return CappedBody.read(name, body, entity.getContentLength(), maxBytes);
    } catch (QuestionFailure e) {
      // Closing the response would read the rest of its body.
      request.cancel();
      throw e;
    }
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
