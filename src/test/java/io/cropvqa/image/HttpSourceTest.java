package io.cropvqa.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.ImageRef;
import io.cropvqa.domain.QuestionFailure;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every way a host can answer, against a real one on the loopback address. It speaks plain http,
 * which {@link ImageFetcher} itself never lets in.
 */
class HttpSourceTest {
  private static final int MAX_BYTES = 100_000;
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(700);

  private final CountDownLatch testEnds = new CountDownLatch(1);
  private final AtomicInteger requests = new AtomicInteger();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer server;
  private String origin;
  private Duration timeout = PATIENCE;

  private interface Answer {
    void write(HttpExchange exchange) throws IOException;
  }

  @BeforeEach
  void startServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.start();
    origin = "localhost:" + server.getAddress().getPort();
  }

  @AfterEach
  void stopServer() {
    testEnds.countDown();
    server.stop(0);
    threads.shutdownNow();
  }

  private void serve(Answer answer) {
    server.createContext(
        "/",
        exchange -> {
          requests.incrementAndGet();
          try (exchange) {
            answer.write(exchange);
          }
        });
  }

  private ImageFetcher fetcher(String... allowedHosts) {
    return fetcher(timeout, allowedHosts);
  }

  private static ImageFetcher fetcher(Duration timeout, String... allowedHosts) {
    FetchPolicy policy =
        new FetchPolicy(Optional.empty(), Set.of(allowedHosts), MAX_BYTES, timeout);
    return new ImageFetcher(
        policy, Map.of("http", new HttpSource(policy, SystemDefaultDnsResolver.INSTANCE)));
  }

  private static ImageRef remote(String uri) {
    return new ImageRef.Remote(URI.create(uri), Optional.empty());
  }

  @Test
  void anImageIsFetched() {
    byte[] image = new byte[MAX_BYTES];
    image[77] = 7;
    serve(
        exchange -> {
          exchange.sendResponseHeaders(200, image.length);
          exchange.getResponseBody().write(image);
        });
    assertThat(fetcher(origin).fetch(remote("http://" + origin + "/a.png"))).isEqualTo(image);
  }

  @ParameterizedTest
  @CsvSource({
    "404, IMAGE_MISSING",
    "410, IMAGE_MISSING",
    "401, IMAGE_FORBIDDEN",
    "403, IMAGE_FORBIDDEN",
    "204, IMAGE_FORBIDDEN",
    "302, IMAGE_FORBIDDEN",
    "408, IMAGE_UNREACHABLE",
    "429, IMAGE_UNREACHABLE",
    "500, IMAGE_UNREACHABLE",
    "503, IMAGE_UNREACHABLE"
  })
  void aStatusSaysWhoseFaultItIs(int status, FailureCode code) {
    serve(
        exchange -> {
          exchange.getResponseHeaders().add("Location", "http://" + origin + "/elsewhere");
          exchange.sendResponseHeaders(status, -1);
        });
    assertFails("http://" + origin + "/a.png", code, Integer.toString(status));
    assertThat(requests).hasValue(1);
  }

  @Test
  void anAnnouncedLengthOverTheLimitIsRefusedUnread() {
    serve(
        exchange -> {
          exchange.sendResponseHeaders(200, MAX_BYTES + 1L);
          exchange.getResponseBody().flush();
          awaitEnd();
        });
    assertFails(
        "http://" + origin + "/a.png", FailureCode.IMAGE_TOO_LARGE, "crop.image.max-bytes=100000");
  }

  @Test
  void anEndlessBodyIsCutOff() {
    serve(
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          OutputStream body = exchange.getResponseBody();
          while (testEnds.getCount() > 0) {
            body.write(new byte[8192]);
          }
        });
    assertFails(
        "http://" + origin + "/a.png", FailureCode.IMAGE_TOO_LARGE, "crop.image.max-bytes=100000");
  }

  @Test
  void aHostThatDoesNotAnswerIsGivenUp() {
    timeout = SHORT;
    serve(exchange -> awaitEnd());
    assertFails("http://" + origin + "/a.png", FailureCode.IMAGE_UNREACHABLE, "a.png");
  }

  @Test
  void aBodyThatNeverEndsIsGivenUp() {
    timeout = SHORT;
    serve(
        exchange -> {
          exchange.sendResponseHeaders(200, 10);
          exchange.getResponseBody().write(1);
          exchange.getResponseBody().flush();
          awaitEnd();
        });
    assertFails(
        "http://" + origin + "/a.png", FailureCode.IMAGE_UNREACHABLE, "crop.image.fetch-timeout");
  }

  @Test
  void aBodyThatBreaksOffIsUnreachable() {
    serve(
        exchange -> {
          exchange.sendResponseHeaders(200, 10);
          exchange.getResponseBody().write(1);
        });
    assertFails("http://" + origin + "/a.png", FailureCode.IMAGE_UNREACHABLE, "failed");
  }

  @Test
  void aRefusedConnectionIsUnreachable() throws IOException {
    try (ServerSocket port = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      origin = "localhost:" + port.getLocalPort();
    }
    assertFails(
        "http://" + origin + "/a.png", FailureCode.IMAGE_UNREACHABLE, "HttpHostConnectException");
  }

  @Test
  void aNameWithoutAnAddressIsUnreachable() {
    origin = "no-such-host.invalid";
    assertFails("http://" + origin + "/a.png", FailureCode.IMAGE_UNREACHABLE, origin);
  }

  @Test
  void aHostThatIsNotListedIsNeverAsked() {
    serve(exchange -> exchange.sendResponseHeaders(200, -1));
    String port = origin.substring(origin.indexOf(':'));
    for (String other : new String[] {"127.0.0.1" + port, "localhost", "elsewhere" + port}) {
      assertThatThrownBy(() -> fetcher(other).fetch(remote("http://" + origin + "/a.png")))
          .hasMessageContaining(origin)
          .hasMessageContaining("crop.image.allowed-hosts");
    }
    assertThat(requests).hasValue(0);
  }

  @Test
  void hostNamesAreComparedWithoutCase() {
    serve(exchange -> exchange.sendResponseHeaders(404, -1));
    assertThatThrownBy(
            () ->
                fetcher("LOCALHOST" + origin.substring(9))
                    .fetch(remote("http://LocalHost" + origin.substring(9) + "/a.png")))
        .hasMessageContaining("404");
  }

  @Test
  void secretsStayOutOfMessages() {
    serve(exchange -> exchange.sendResponseHeaders(404, -1));
    assertFails(
        "http://" + origin + "/a.png?token=secret#secret", FailureCode.IMAGE_MISSING, "/a.png");
    assertFails(
        "http://secret:secret@" + origin + "/a.png", FailureCode.IMAGE_FORBIDDEN, "password");
  }

  @Test
  void aListedNameThatPointsInwardsIsRefused() {
    serve(exchange -> exchange.sendResponseHeaders(200, -1));
    FetchPolicy policy = new FetchPolicy(Optional.empty(), Set.of(origin), MAX_BYTES, PATIENCE);
    ImageSource guarded = new HttpSource(policy);
    assertThatThrownBy(() -> guarded.read(URI.create("http://" + origin + "/a.png")))
        .isInstanceOf(QuestionFailure.class)
        .hasMessageContaining("private network");
    assertThat(requests).hasValue(0);
  }

  /** Each byte comes within any time-out for a read, so that only the whole's can end it. */
  @Test
  void aBodyThatDripsIsGivenUp() {
    timeout = SHORT;
    serve(
        exchange -> {
          exchange.sendResponseHeaders(200, MAX_BYTES);
          while (testEnds.getCount() > 0) {
            exchange.getResponseBody().write(1);
            exchange.getResponseBody().flush();
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
          }
        });
    assertFails(
        "http://" + origin + "/a.png", FailureCode.IMAGE_UNREACHABLE, "crop.image.fetch-timeout");
  }

  @Test
  void headersThatDripAreGivenUp() throws IOException {
    timeout = SHORT;
    try (ServerSocket port = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      origin = "localhost:" + port.getLocalPort();
      threads.submit(() -> drip(port.accept().getOutputStream(), "HTTP/1.1 200 OK\r\nX-Pad: "));
      assertFails(
          "http://" + origin + "/a.png", FailureCode.IMAGE_UNREACHABLE, "crop.image.fetch-timeout");
    }
  }

  private Void drip(OutputStream out, String head) throws IOException {
    out.write(head.getBytes(StandardCharsets.US_ASCII));
    while (testEnds.getCount() > 0) {
      out.write('x');
      out.flush();
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
    return null;
  }

  /** The small file that would unpack to a large one is taken for what it is. */
  @Test
  void aCompressedBodyIsNotUnpacked() {
    byte[] packed = {31, (byte) 139, 8, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    serve(
        exchange -> {
          exchange.getResponseHeaders().add("Content-Encoding", "gzip");
          exchange.sendResponseHeaders(200, packed.length);
          exchange.getResponseBody().write(packed);
        });
    assertThat(fetcher(origin).fetch(remote("http://" + origin + "/a.png"))).isEqualTo(packed);
  }

  /** A name server that gives a public address when asked first, and the neighbour's after that. */
  @Test
  void theAddressThatWasCheckedIsTheOneConnectedTo() {
    serve(exchange -> exchange.sendResponseHeaders(200, -1));
    InetAddress own = InetAddress.getLoopbackAddress();
    InetAddress checked = address("127.0.0.77"); // stands for a public one: nobody listens there
    List<InetAddress> answers = List.of(checked, own);
    AtomicInteger lookUps = new AtomicInteger();
    DnsResolver rebinding =
        names(host -> answers.get(Math.min(lookUps.getAndIncrement(), answers.size() - 1)));
    ImageSource source =
        new HttpSource(
            new FetchPolicy(Optional.empty(), Set.of(rebound()), MAX_BYTES, PATIENCE),
            new PublicResolver(rebinding, address -> address.equals(checked)));

    assertThatThrownBy(() -> source.read(URI.create("http://" + rebound() + "/a.png")))
        .hasMessageContaining("HttpHostConnectException");
    assertThat(lookUps).hasValue(1);
    assertThatThrownBy(() -> source.read(URI.create("http://" + rebound() + "/a.png")))
        .hasMessageContaining("private network");
    assertThat(requests).hasValue(0);
  }

  @Test
  void theHostIsToldItsOwnName() {
    serve(
        exchange -> {
          byte[] host = exchange.getRequestHeaders().getFirst("Host").getBytes();
          exchange.sendResponseHeaders(200, host.length);
          exchange.getResponseBody().write(host);
        });
    ImageSource source =
        new HttpSource(
            new FetchPolicy(Optional.empty(), Set.of(rebound()), MAX_BYTES, PATIENCE),
            names(host -> InetAddress.getLoopbackAddress()));
    assertThat(new String(source.read(URI.create("http://" + rebound() + "/a.png"))))
        .isEqualTo(rebound());
  }

  private String rebound() {
    return "images.example" + origin.substring(origin.indexOf(':'));
  }

  private static InetAddress address(String literal) {
    try {
      return InetAddress.getByName(literal);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static DnsResolver names(Function<String, InetAddress> addressOf) {
    return new DnsResolver() {
      @Override
      public InetAddress[] resolve(String host) {
        return new InetAddress[] {addressOf.apply(host)};
      }

      @Override
      public String resolveCanonicalHostname(String host) {
        return host;
      }
    };
  }

  private void awaitEnd() {
    try {
      testEnds.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void assertFails(String uri, FailureCode code, String message) {
    assertThatThrownBy(() -> fetcher(origin).fetch(remote(uri)))
        .isInstanceOfSatisfying(
            QuestionFailure.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(code);
              assertThat(failure.stageName()).isEqualTo("fetch");
              assertThat(failure.getMessage()).contains(message).doesNotContain("secret");
            });
  }
}
