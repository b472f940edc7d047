package io.cropvqa.messaging;

import io.cropvqa.messaging.embedded.EmbeddedBroker;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A broker that can be restarted on its log, and that the service reaches by a link that can be
 * cut. The test itself reaches it directly.
 */
public final class FragileBroker implements AutoCloseable {
  private final EmbeddedBroker.Settings settings;
  private final TcpProxy link;
  private EmbeddedBroker broker;

  /**
   * @param directory where it keeps its log
   */
  public FragileBroker(Path directory) {
    int plainPort = SecondListener.freePort();
    int port = SecondListener.freePort();
    link = new TcpProxy(port);
    settings =
        new EmbeddedBroker.Settings(
            Optional.of(directory),
            plainPort,
            BrokerResource.TOPICS,
            BrokerResource.PARTITIONS,
            SecondListener.settings(plainPort, port, link.port(), "PLAINTEXT"));
    broker = EmbeddedBroker.start(settings);
  }

  public String bootstrapServers() {
    return broker.bootstrapServers();
  }

  /** Where the service finds the broker. */
  public String serviceBootstrapServers() {
    return "localhost:" + link.port();
  }

  public TcpProxy link() {
    return link;
  }

  /** Stops the broker and starts it again; takes some seconds. */
  public void restart() {
    broker.close();
    broker = EmbeddedBroker.start(settings);
  }

  @Override
  public void close() {
    broker.close();
    link.close();
  }
}
