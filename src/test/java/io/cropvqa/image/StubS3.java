package io.cropvqa.image;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A store that has nothing but troubles. */
public final class StubS3 implements AutoCloseable {
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicInteger requests = new AtomicInteger();

  private interface Answer {
    void write(HttpExchange exchange, StubS3 stub) throws IOException;
  }

  private StubS3(Answer answer) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          requests.incrementAndGet();
          try (exchange) {
            answer.write(exchange, this);
          }
        });
    server.start();
  }

  /** Says no, as S3 does. */
  public static StubS3 answering(int status, String code, String message) throws IOException {
    byte[] error =
        "<Error><Code>%s</Code><Message>%s</Message></Error>"
            .formatted(code, message)
            .getBytes(StandardCharsets.UTF_8);
    return new StubS3(
        (exchange, stub) -> {
          exchange.getResponseHeaders().add("Content-Type", "application/xml");
          exchange.sendResponseHeaders(status, error.length);
          exchange.getResponseBody().write(error);
        });
  }

  /** A byte every 20 ms. */
  static StubS3 dripping() throws IOException {
    return new StubS3((exchange, stub) -> stub.send(exchange, 1, Duration.ofMillis(20)));
  }

  /** As many bytes as anybody takes, and never says how many. */
  static StubS3 endless() throws IOException {
    return new StubS3((exchange, stub) -> stub.send(exchange, 8192, Duration.ZERO));
  }

  private void send(HttpExchange exchange, int bytes, Duration pause) throws IOException {
    exchange.sendResponseHeaders(200, 0);
    OutputStream body = exchange.getResponseBody();
    try {
      while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        body.write(new byte[bytes]);
        body.flush();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  int requests() {
    return requests.get();
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
