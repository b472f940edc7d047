package io.cropvqa.messaging;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Commits outcomes and offsets together. After any failure the producer is replaced: opening one
 * ends whatever its predecessor of the same id left open, and the committed offsets then tell
 * whether that went through. For one thread at a time.
 */
class Transactions implements AutoCloseable {
  private static final Duration CLOSE = Duration.ofSeconds(5);

  private final Connection connection;
  private final String id;
  private final Duration timeout;
  private Optional<Producer<byte[], byte[]>> producer = Optional.empty();

  /**
   * @param id the transactional id, which no other instance may use
   * @param timeout after which the broker ends an open transaction
   */
  Transactions(Connection connection, String id, Duration timeout) {
    this.connection = connection;
    this.id = id;
    this.timeout = timeout;
  }

  /** Settings of the connector's clients, which are there once the application has started. */
  interface Connection {
    Map<String, Object> producer();

    Map<String, Object> consumer();
  }

  boolean isOpen() {
    return producer.isPresent();
  }

  /**
   * Opens a producer, and with it ends what one of the same id left unfinished.
   *
   * @throws TransactionFailure if the broker will not have it
   * @throws org.apache.kafka.common.KafkaException if it can't be reached for now
   */
  void open() {
    Map<String, Object> settings = new HashMap<>(connection.producer());
    settings.put("client.id", id);
    settings.put("transactional.id", id);
    settings.put("transaction.timeout.ms", Math.toIntExact(timeout.toMillis()));
    settings.put("max.block.ms", timeout.toMillis());
    Producer<byte[], byte[]> opened =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    producer = Optional.of(opened);
    try {
      opened.initTransactions();
    } catch (RuntimeException e) {
      discard();
      throw TransactionFailure.of(e, id, Duration.ZERO, timeout);
    }
  }

  /** Where the group will read partitions on; waits until no transaction is about to change it. */
  Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions) {
    Map<String, Object> settings = new HashMap<>(connection.consumer());
    settings.put("client.id", id + "-offsets");
    settings.remove("group.instance.id");
    try (Consumer<byte[], byte[]> reader =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      return reader.committed(partitions, timeout);
    }
  }

  /**
   * Publishes and commits a batch. When it throws, nothing of the batch is committed, or all of it,
   * and only {@link #committed} tells which.
   *
   * @param tooLarge told which record can't be published, if that is why it throws
   * @throws TransactionFailure if the same again would not help
   * @throws org.apache.kafka.common.KafkaException if it would
   */
  void commit(Batch batch, BiConsumer<LedgerEntry, Exception> tooLarge) {
    Producer<byte[], byte[]> open = producer.orElseThrow();
    long began = System.nanoTime();
    AtomicBoolean found = new AtomicBoolean();
    try {
      open.beginTransaction();
      for (LedgerEntry entry : batch.entries()) {
        open.send(
            entry.record(),
            (written, failure) -> {
              // The others are given up with the transaction, for the first one's error.
              if (failure instanceof RecordTooLargeException && found.compareAndSet(false, true)) {
                tooLarge.accept(entry, failure);
              }
            });
      }
      open.sendOffsetsToTransaction(batch.offsets(), batch.member());
      open.commitTransaction();
    } catch (RuntimeException e) {
      discard();
      throw TransactionFailure.of(e, id, Duration.ofNanos(System.nanoTime() - began), timeout);
    }
  }

  /** Gives the producer up without waiting for what it was about. */
  void discard() {
    producer.ifPresent(failed -> failed.close(Duration.ZERO));
    producer = Optional.empty();
  }

  @Override
  public void close() {
    producer.ifPresent(open -> open.close(CLOSE));
    producer = Optional.empty();
  }
}
