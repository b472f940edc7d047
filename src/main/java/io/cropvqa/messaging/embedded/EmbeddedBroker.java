package io.cropvqa.messaging.embedded;

import io.cropvqa.messaging.Topics;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/** One Kafka node in this process, broker and KRaft controller in one, on the loopback address. */
public final class EmbeddedBroker implements AutoCloseable {
  static final int MAX_RECORD_BYTES = 16 << 20;

  /** A dead letter is the question as it came, however large, with headers that say why. */
  static final int MAX_DEAD_LETTER_BYTES = MAX_RECORD_BYTES + (1 << 20);

  private final KafkaRaftServer server;
  private final String bootstrapServers;
  private final Optional<Path> temporary;

  private EmbeddedBroker(
      KafkaRaftServer server, String bootstrapServers, Optional<Path> temporary) {
    this.server = server;
    this.bootstrapServers = bootstrapServers;
    this.temporary = temporary;
  }

  /**
   * How the broker is started.
   *
   * @param directory where its log lives on; without one a temporary directory that goes with it
   * @param port where it listens; 0 takes a free one
   * @param topics what it creates
   * @param partitions partitions of each topic
   * @param more settings of Kafka's own, which win over ours
   */
  public record Settings(
      Optional<Path> directory, int port, Topics topics, int partitions, Map<String, String> more) {

    public Settings(Optional<Path> directory, int port, Topics topics, int partitions) {
      this(directory, port, topics, partitions, Map.of());
    }
  }

  /**
   * Starts a broker and creates the topics; takes some seconds.
   *
   * @throws UncheckedIOException if the directory can't be written
   * @throws IllegalStateException if the directory or the port is in use
   */
  public static EmbeddedBroker start(Settings settings) {
    Path directory =
        settings.directory().map(EmbeddedBroker::create).orElseGet(EmbeddedBroker::temporary);
    int port = settings.port() == 0 ? freePort() : settings.port();
    KafkaRaftServer server =
        new KafkaRaftServer(config(directory, port, settings.more()), Time.SYSTEM);
    EmbeddedBroker broker =
        new EmbeddedBroker(
            server,
            "localhost:" + port,
            settings.directory().isPresent() ? Optional.empty() : Optional.of(directory));
    try {
      server.startup();
      TopicCreation.on(broker.bootstrapServers, settings.topics(), settings.partitions());
    } catch (RuntimeException e) {
      broker.close();
      throw new IllegalStateException(
          "the embedded broker can't start at %s: %s"
              .formatted(broker.bootstrapServers, rootCause(e).getMessage()),
          e);
    }
    return broker;
  }

  public String bootstrapServers() {
    return bootstrapServers;
  }

  /** The log's directory, if it goes when the broker does. */
  Optional<Path> temporaryDirectory() {
    return temporary;
  }

  /** Stops the broker, and removes its log if that was temporary. */
  @Override
  public void close() {
    server.shutdown();
    server.awaitShutdown();
    temporary.ifPresent(EmbeddedBroker::delete);
  }

  private static KafkaConfig config(Path directory, int port, Map<String, String> more) {
    String controller = "localhost:" + freePort();
    String broker = "localhost:" + port;
    format(directory);
    Map<String, String> all = new HashMap<>(ours(directory, broker, controller));
    all.putAll(more);
    return new KafkaConfig(all, false);
  }

  private static Map<String, String> ours(Path directory, String broker, String controller) {
    return Map.ofEntries(
        Map.entry("process.roles", "broker,controller"),
        Map.entry("node.id", "1"),
        Map.entry("controller.quorum.voters", "1@" + controller),
        Map.entry("controller.listener.names", "CONTROLLER"),
        Map.entry("listeners", "PLAINTEXT://" + broker + ",CONTROLLER://" + controller),
        Map.entry("advertised.listeners", "PLAINTEXT://" + broker),
        Map.entry("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
        Map.entry("inter.broker.listener.name", "PLAINTEXT"),
        Map.entry("log.dirs", directory.toString()),
        Map.entry("group.initial.rebalance.delay.ms", "0"),
        Map.entry("auto.create.topics.enable", "false"),
        Map.entry("offsets.topic.replication.factor", "1"),
        Map.entry("offsets.topic.num.partitions", "5"),
        Map.entry("transaction.state.log.replication.factor", "1"),
        Map.entry("transaction.state.log.min.isr", "1"),
        Map.entry("transaction.state.log.num.partitions", "5"),
        Map.entry("share.coordinator.state.topic.replication.factor", "1"),
        Map.entry("share.coordinator.state.topic.min.isr", "1"),
        Map.entry("share.coordinator.state.topic.num.partitions", "5"),
        Map.entry("message.max.bytes", Integer.toString(MAX_RECORD_BYTES)),
        Map.entry("replica.fetch.max.bytes", Integer.toString(MAX_DEAD_LETTER_BYTES)));
  }

  private static void format(Path directory) {
    try (PrintStream silent =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      if (!Files.exists(directory.resolve("meta.properties"))) {
        new Formatter()
            .setClusterId(Uuid.randomUuid().toString())
            .setNodeId(1)
            .addDirectory(directory.toString())
            .setMetadataLogDirectory(directory.toString())
            .setControllerListenerName("CONTROLLER")
            .setIgnoreFormatted(true)
            .setPrintStream(silent)
            .run();
      }
    } catch (Exception e) {
      throw new IllegalStateException(
          "the embedded broker can't use %s: set crop.embedded-broker.directory to another directory"
              .formatted(directory),
          e);
    }
  }

  private static Throwable rootCause(Throwable failure) {
    return failure.getCause() == null ? failure : rootCause(failure.getCause());
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("no port is free for the embedded broker", e);
    }
  }

  private static Path create(Path directory) {
    try {
      return Files.createDirectories(directory).toAbsolutePath();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "crop.embedded-broker.directory %s can't be created".formatted(directory), e);
    }
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("crop-vqa-broker-");
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary directory for the embedded broker", e);
    }
  }

  private static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("can't remove " + directory, e);
    }
  }
}
