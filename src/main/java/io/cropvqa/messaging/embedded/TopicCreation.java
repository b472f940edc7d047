package io.cropvqa.messaging.embedded;

import io.cropvqa.messaging.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Creates the service's topics on the embedded broker, and waits until it serves them. */
final class TopicCreation {
  private static final Duration SERVED_WITHIN = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final Admin admin;

  private TopicCreation(Admin admin) {
    this.admin = admin;
  }

  /**
   * @param partitions of each topic
   * @throws IllegalStateException if a topic can't be created, or isn't served in time
   */
  static void on(String bootstrapServers, Topics topics, int partitions) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      TopicCreation creation = new TopicCreation(admin);
      for (NewTopic topic :
          List.of(
              topic(topics.questions(), partitions),
              withHeaders(topics.localized(), partitions),
              topic(topics.answers(), partitions),
              withHeaders(topics.deadLetters(), partitions))) {
        creation.create(topic);
        creation.awaitServed(topic.name());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the embedded broker started", e);
    }
  }

  private static NewTopic topic(String name, int partitions) {
    return new NewTopic(name, partitions, (short) 1);
  }

  /** For questions that carry more headers than they came with. */
  private static NewTopic withHeaders(String name, int partitions) {
    return topic(name, partitions)
        .configs(
            Map.of(
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                Integer.toString(EmbeddedBroker.MAX_DEAD_LETTER_BYTES)));
  }

  private void create(NewTopic topic) throws InterruptedException {
    try {
      admin.createTopics(List.of(topic)).all().get();
    } catch (ExecutionException e) {
      // A directory that is used again holds its topics already.
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw new IllegalStateException("the embedded broker can't create " + topic, e.getCause());
      }
    }
  }

  /** The controller knows a topic a little before the broker serves it. */
  private void awaitServed(String topic) throws InterruptedException {
    long deadline = System.nanoTime() + SERVED_WITHIN.toNanos();
    while (!isServed(topic)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "the embedded broker doesn't serve topic %s after %s".formatted(topic, SERVED_WITHIN));
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  private boolean isServed(String topic) throws InterruptedException {
    try {
      admin.describeTopics(List.of(topic)).allTopicNames().get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return false;
      }
      throw new IllegalStateException("the embedded broker lost topic " + topic, e.getCause());
    }
  }
}
