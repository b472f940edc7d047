package io.cropvqa.messaging;

import io.cropvqa.config.CropConfig;
import io.smallrye.common.annotation.Identifier;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;

/** Opens clients of the configured broker, with every {@code kafka.*} setting, for the commands. */
@Singleton
public final class KafkaClients {
  private final Map<String, Object> connection;
  private final Topics topics;

  @Inject
  KafkaClients(
      @Identifier("default-kafka-broker") Map<String, Object> connection, CropConfig config) {
    this.connection = Map.copyOf(connection);
    this.topics =
        new Topics(
            config.topics().questions(),
            config.topics().localized(),
            config.topics().answers(),
            config.topics().deadLetters());
  }

  public QuestionPublisher questions() {
    return new QuestionPublisher(connection, topics.questions());
  }

  /** Answers and dead letters that are published from now on. */
  public OutcomeFeed outcomesFromNow() {
    return OutcomeFeed.fromNow(connection, topics);
  }

  /** All answers and dead letters that are still there, and those that come. */
  public OutcomeFeed outcomesFromTheBeginning() {
    return OutcomeFeed.fromTheBeginning(connection, topics);
  }

  public DeadLetters deadLetters() {
    return new DeadLetters(connection, topics.deadLetters());
  }

  /**
   * @param questions where they are asked again; stays the caller's
   */
  public Replay replay(QuestionPublisher questions) {
    return new Replay(deadLetters(), questions);
  }
}
