package io.cropvqa.messaging;

import io.cropvqa.config.CropConfig;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * How the connector's channels are configured, for clients that stand in for them: whatever is set
 * for a channel holds for those too.
 */
@Singleton
final class ConnectorSettings implements Transactions.Connection {
  private static final String MAX_REQUEST_SIZE = "max.request.size";

  private final KafkaClientService clients;
  private final CropConfig config;

  @ConfigProperty(name = "mp.messaging.incoming.questions.group.id")
  String group;

  @ConfigProperty(name = "mp.messaging.outgoing.answers.topic")
  String answers;

  @ConfigProperty(name = "mp.messaging.incoming.questions.dead-letter-queue.topic")
  String deadLetters;

  @ConfigProperty(name = "mp.messaging.outgoing.answers." + MAX_REQUEST_SIZE)
  int maxAnswerBytes;

  @ConfigProperty(name = "mp.messaging.incoming.questions.dead-letter-queue." + MAX_REQUEST_SIZE)
  int maxDeadLetterBytes;

  @Inject
  ConnectorSettings(KafkaClientService clients, CropConfig config) {
    this.clients = clients;
    this.config = config;
  }

  String answers() {
    return answers;
  }

  String deadLetters() {
    return deadLetters;
  }

  /** Unlike any other instance's, and the same after a restart. */
  String transactionalId() {
    return config.transactionalId().orElseGet(() -> group + "-" + hostName());
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(
          "this host has no name to call its transactions after: set crop.transactional-id", e);
    }
  }

  /** The answers channel's, large enough for dead letters too. */
  @Override
  public Map<String, Object> producer() {
    Map<String, Object> settings =
        new HashMap<>(clients.getProducer(QuestionConsumer.ANSWERS).configuration());
    settings.put(MAX_REQUEST_SIZE, Math.max(maxAnswerBytes, maxDeadLetterBytes));
    return settings;
  }

  @Override
  public Map<String, Object> consumer() {
    return new HashMap<>(clients.getConsumer(QuestionConsumer.QUESTIONS).configuration());
  }
}
