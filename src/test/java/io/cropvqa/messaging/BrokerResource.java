package io.cropvqa.messaging;

import io.cropvqa.messaging.embedded.EmbeddedBroker;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;

/**
 * A broker for the tests. {@code -Dtest.broker=container} wants Docker and fails without it, {@code
 * embedded} starts one in this process, {@code auto} takes the container where there is Docker.
 */
public final class BrokerResource implements QuarkusTestResourceLifecycleManager {
  static final Topics TOPICS =
      new Topics("vqa-questions", "vqa-localized", "vqa-answers", "vqa-questions-dlq");
  static final int PARTITIONS = 4;

  private static final String IMAGE = "apache/kafka-native:4.0.0";
  private static final int MAX_RECORD_BYTES = 16 << 20;
  private static final int MAX_DEAD_LETTER_BYTES = 17 << 20;

  private AutoCloseable broker;

  @Override
  public Map<String, String> start() {
    return Map.of("kafka.bootstrap.servers", useContainer() ? container() : embedded());
  }

  static boolean useContainer() {
    String mode = System.getProperty("test.broker", "auto");
    return switch (mode) {
      case "embedded" -> false;
      case "container" -> true;
      case "auto" -> DockerClientFactory.instance().isDockerAvailable();
      default ->
          throw new IllegalArgumentException(
              "test.broker=" + mode + " must be auto, embedded or container");
    };
  }

  private String container() {
    @SuppressWarnings("resource") // closed by stop()
    KafkaContainer container =
        new KafkaContainer(IMAGE)
            .withEnv("KAFKA_MESSAGE_MAX_BYTES", Integer.toString(MAX_RECORD_BYTES))
            .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false");
    container.start();
    broker = container;
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", container.getBootstrapServers()))) {
      admin
          .createTopics(
              List.of(
                  topic(TOPICS.questions()),
                  topic(TOPICS.answers()),
                  withHeaders(TOPICS.localized()),
                  withHeaders(TOPICS.deadLetters())))
          .all()
          .toCompletionStage()
          .toCompletableFuture()
          .join();
    }
    return container.getBootstrapServers();
  }

  private static NewTopic topic(String name) {
    return new NewTopic(name, PARTITIONS, (short) 1);
  }

  private static NewTopic withHeaders(String name) {
    return topic(name)
        .configs(Map.of("max.message.bytes", Integer.toString(MAX_DEAD_LETTER_BYTES)));
  }

  private String embedded() {
    EmbeddedBroker embedded =
        EmbeddedBroker.start(new EmbeddedBroker.Settings(Optional.empty(), 0, TOPICS, PARTITIONS));
    broker = embedded;
    return embedded.bootstrapServers();
  }

  @Override
  public void stop() {
    if (broker != null) {
      try {
        broker.close();
      } catch (Exception e) {
        throw new IllegalStateException("the broker did not stop", e);
      }
    }
  }
}
