package io.cropvqa.messaging.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cropvqa.messaging.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {
  private static final Topics TOPICS = new Topics("q", "q-localized", "a", "q-dlq");

  @Test
  void aDirectoryKeepsRecordsAcrossRestarts(@TempDir Path directory) throws Exception {
    EmbeddedBroker.Settings settings =
        new EmbeddedBroker.Settings(Optional.of(directory.resolve("log")), 0, TOPICS, 1);
    try (EmbeddedBroker broker = EmbeddedBroker.start(settings);
        KafkaProducer<String, String> producer =
            new KafkaProducer<>(
                connection(broker), new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>("q", "still here?")).get();
    }

    try (EmbeddedBroker broker = EmbeddedBroker.start(settings);
        Admin admin = Admin.create(connection(broker))) {
      TopicPartition partition = new TopicPartition("q", 0);
      assertThat(
              admin
                  .listOffsets(Map.of(partition, OffsetSpec.latest()))
                  .partitionResult(partition)
                  .get()
                  .offset())
          .isEqualTo(1);
    }
  }

  @Test
  void withoutADirectoryItCreatesItsTopicsAndLeavesNothingBehind() throws Exception {
    Path log;
    try (EmbeddedBroker broker =
            EmbeddedBroker.start(new EmbeddedBroker.Settings(Optional.empty(), 0, TOPICS, 3));
        Admin admin = Admin.create(connection(broker))) {
      Map<String, TopicDescription> topics =
          admin.describeTopics(List.of("q", "a", "q-dlq")).allTopicNames().get();
      assertThat(topics.values()).allMatch(topic -> topic.partitions().size() == 3).hasSize(3);
      log = broker.temporaryDirectory().orElseThrow();
      assertThat(log.resolve("meta.properties")).exists();
    }
    assertThat(log).doesNotExist();
  }

  @Test
  void aDirectoryThatCanNotBeUsedIsNamedWithItsSetting(@TempDir Path directory) throws Exception {
    Path file = Files.createFile(directory.resolve("file"));

    assertThatThrownBy(
            () ->
                EmbeddedBroker.start(
                    new EmbeddedBroker.Settings(Optional.of(file.resolve("log")), 0, TOPICS, 1)))
        .hasMessageContaining("crop.embedded-broker.directory")
        .hasMessageContaining(file.toString());
  }

  private static Map<String, Object> connection(EmbeddedBroker broker) {
    return Map.of("bootstrap.servers", broker.bootstrapServers());
  }
}
