package io.cropvqa.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Asks over Kafka and reads everything that has come since it began. */
public final class Conversation implements AutoCloseable {
  /** A white PNG of one pixel. */
  private static final String PIXEL =
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4//8/AAX+Av4N70a4AAAAAElFTkSuQmCC";

  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final KafkaProducer<byte[], byte[]> producer;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<ConsumerRecord<byte[], byte[]>> seen = new ArrayList<>();

  public Conversation(String bootstrapServers) {
    Map<String, Object> connection =
        Map.of("bootstrap.servers", bootstrapServers, "max.request.size", "16777216");
    producer =
        new KafkaProducer<>(connection, new ByteArraySerializer(), new ByteArraySerializer());
    consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "isolation.level",
                "read_committed",
                "fetch.max.wait.ms", // else what comes into one partition may wait for another
                "10"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions = new ArrayList<>();
    for (String topic :
        List.of(
            BrokerResource.TOPICS.localized(),
            BrokerResource.TOPICS.answers(),
            BrokerResource.TOPICS.deadLetters())) {
      for (int i = 0; i < BrokerResource.PARTITIONS; i++) {
        partitions.add(new TopicPartition(topic, i));
      }
    }
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
  }

  public static String event(String id, String question) {
    return "{\"id\":\"%s\",\"image\":{\"data\":\"%s\"},\"question\":\"%s\"}"
        .formatted(id, PIXEL, question);
  }

  /** The same question, about its image and the same again. */
  static String aboutTwoImages(String event) {
    return event.replaceFirst("\"image\":(\\{[^}]*})", "\"images\":[$1,$1]");
  }

  /** Where the question lies once the broker has it. */
  public RecordMetadata ask(String key, String event, Map<String, String> headers) {
    return confirmed(send(key, event, headers));
  }

  RecordMetadata ask(String key, String event) {
    return ask(key, event, Map.of());
  }

  /** Asks without waiting for the broker; whether it took the question is told later. */
  public Future<RecordMetadata> send(String key, String event, Map<String, String> headers) {
    return producer.send(record(BrokerResource.TOPICS.questions(), key, event, headers));
  }

  /** Puts a question between the stages, as whoever may write there. */
  RecordMetadata handOn(String key, String event, Map<String, String> headers) {
    return confirmed(producer.send(record(BrokerResource.TOPICS.localized(), key, event, headers)));
  }

  private static ProducerRecord<byte[], byte[]> record(
      String topic, String key, String event, Map<String, String> headers) {
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, bytes(key), bytes(event));
    headers.forEach((name, value) -> record.headers().add(name, bytes(value)));
    return record;
  }

  /** Asks in one partition. */
  RecordMetadata askIn(int partition, String key, String event) {
    return confirmed(
        producer.send(
            new ProducerRecord<>(
                BrokerResource.TOPICS.questions(), partition, bytes(key), bytes(event))));
  }

  private static RecordMetadata confirmed(Future<RecordMetadata> sent) {
    try {
      return sent.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException("the question could not be asked", e);
    }
  }

  public ConsumerRecord<byte[], byte[]> answer(Predicate<ConsumerRecord<byte[], byte[]>> wanted) {
    return answers(1, wanted).get(0);
  }

  public List<ConsumerRecord<byte[], byte[]>> answers(
      int count, Predicate<ConsumerRecord<byte[], byte[]>> wanted) {
    return await(BrokerResource.TOPICS.answers(), count, wanted);
  }

  public ConsumerRecord<byte[], byte[]> localized(
      Predicate<ConsumerRecord<byte[], byte[]>> wanted) {
    return localized(1, wanted).get(0);
  }

  /** Questions that went from the first stage to the second. */
  public List<ConsumerRecord<byte[], byte[]>> localized(
      int count, Predicate<ConsumerRecord<byte[], byte[]>> wanted) {
    return await(BrokerResource.TOPICS.localized(), count, wanted);
  }

  public ConsumerRecord<byte[], byte[]> deadLetter(
      Predicate<ConsumerRecord<byte[], byte[]>> wanted) {
    return await(BrokerResource.TOPICS.deadLetters(), 1, wanted).get(0);
  }

  /** Everything of one topic so far, after waiting so long for more. */
  List<ConsumerRecord<byte[], byte[]>> deadLettersWithin(Duration time) {
    listen(time);
    return matching(BrokerResource.TOPICS.deadLetters(), record -> true);
  }

  /** All answers so far, after waiting so long for more. */
  List<ConsumerRecord<byte[], byte[]>> answersWithin(Duration time) {
    listen(time);
    return answers();
  }

  private void listen(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      consumer.poll(Duration.ofMillis(100)).forEach(seen::add);
    }
  }

  /** Waits until each of these questions has an answer or a dead letter. */
  public void awaitOutcomes(Set<String> ids, Duration atMost) {
    long end = System.nanoTime() + atMost.toNanos();
    while (!subjects().containsAll(ids) && System.nanoTime() < end) {
      consumer.poll(Duration.ofMillis(200)).forEach(seen::add);
    }
    assertThat(subjects()).as("questions with an outcome").containsAll(ids);
  }

  private Set<String> subjects() {
    return seen.stream()
        .filter(record -> !record.topic().equals(BrokerResource.TOPICS.localized()))
        .map(record -> header(record, "ce_subject"))
        .collect(Collectors.toSet());
  }

  /** Answers and dead letters that came since the last call; waits for one at most so long. */
  public List<ConsumerRecord<byte[], byte[]>> poll(Duration atMost) {
    List<ConsumerRecord<byte[], byte[]>> news = new ArrayList<>();
    consumer.poll(atMost).forEach(news::add);
    seen.addAll(news);
    return news;
  }

  /** Whether all has been read that was there at this moment. */
  public boolean isAtEnd() {
    return consumer.endOffsets(consumer.assignment()).entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }

  /** The dead letters so far. */
  public List<ConsumerRecord<byte[], byte[]>> deadLetters() {
    return matching(BrokerResource.TOPICS.deadLetters(), record -> true);
  }

  /** The answers so far. */
  public List<ConsumerRecord<byte[], byte[]>> answers() {
    return matching(BrokerResource.TOPICS.answers(), record -> true);
  }

  private List<ConsumerRecord<byte[], byte[]>> await(
      String topic, int count, Predicate<ConsumerRecord<byte[], byte[]>> wanted) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (matching(topic, wanted).size() < count && System.nanoTime() < end) {
      consumer.poll(Duration.ofMillis(200)).forEach(seen::add);
    }
    List<ConsumerRecord<byte[], byte[]>> found = matching(topic, wanted);
    assertThat(found).as("records in %s", topic).hasSizeGreaterThanOrEqualTo(count);
    return found;
  }

  private List<ConsumerRecord<byte[], byte[]>> matching(
      String topic, Predicate<ConsumerRecord<byte[], byte[]>> wanted) {
    return seen.stream().filter(record -> record.topic().equals(topic)).filter(wanted).toList();
  }

  public static Predicate<ConsumerRecord<byte[], byte[]>> withKey(String key) {
    return record -> record.key() != null && key.equals(text(record.key()));
  }

  public static String header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? null : text(header.value());
  }

  static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String text) {
    return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    producer.close();
    consumer.close();
  }
}
