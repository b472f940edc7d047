package io.cropvqa.messaging;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;

/** A listener of the embedded broker beside its plain one, for the service alone. */
final class SecondListener {
  static final String NAME = "SERVICE";

  private SecondListener() {}

  /**
   * Settings of the broker.
   *
   * @param plainPort where its plain listener is, for the test
   * @param port where the second one listens
   * @param advertisedPort where clients of the second one are sent to
   * @param protocol security protocol of the second one
   */
  static Map<String, String> settings(
      int plainPort, int port, int advertisedPort, String protocol) {
    String plain = "PLAINTEXT://localhost:" + plainPort;
    int controller = freePort();
    return Map.of(
        "controller.quorum.voters",
        "1@localhost:" + controller,
        "listeners",
        "%s,CONTROLLER://localhost:%d,%s://localhost:%d".formatted(plain, controller, NAME, port),
        "advertised.listeners",
        "%s,%s://localhost:%d".formatted(plain, NAME, advertisedPort),
        "listener.security.protocol.map",
        "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,%s:%s".formatted(NAME, protocol));
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("no port is free", e);
    }
  }
}
