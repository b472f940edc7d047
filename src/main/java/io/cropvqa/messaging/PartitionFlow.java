package io.cropvqa.messaging;

import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaConsumer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jboss.logging.Logger;

/**
 * Holds single partitions of the questions' topic up. It takes effect a poll or two later; what the
 * consumer has fetched of a partition that is held up, it keeps.
 */
interface PartitionFlow {
  void pause(TopicPartition partition);

  void resume(TopicPartition partition);

  /** That of the connector's consumer. */
  @Singleton
  final class OfConnector implements PartitionFlow {
    private static final Logger LOG = Logger.getLogger(PartitionFlow.class);

    private final KafkaClientService clients;

    @Inject
    OfConnector(KafkaClientService clients) {
      this.clients = clients;
    }

    @Override
    public void pause(TopicPartition partition) {
      ifAssigned(partition, consumer -> consumer.pause(Set.of(partition)));
    }

    @Override
    public void resume(TopicPartition partition) {
      ifAssigned(partition, consumer -> consumer.resume(Set.of(partition)));
    }

    private void ifAssigned(
        TopicPartition partition,
        Consumer<org.apache.kafka.clients.consumer.Consumer<byte[], byte[]>> action) {
      KafkaConsumer<byte[], byte[]> client = clients.getConsumer(QuestionConsumer.QUESTIONS);
      client
          .runOnPollingThread(
              consumer -> {
                if (consumer.assignment().contains(partition)) {
                  action.accept(consumer);
                }
              })
          .subscribe()
          .with(
              done -> {}, failure -> LOG.debugf(failure, "%s is not held up or let go", partition));
    }
  }
}
