package io.cropvqa.cli;

import io.cropvqa.config.CropConfig;
import io.cropvqa.messaging.Topics;
import io.cropvqa.messaging.embedded.EmbeddedBroker;
import io.quarkus.runtime.Application;
import io.smallrye.config.SmallRyeConfig;
import java.io.UncheckedIOException;
import java.util.concurrent.TimeUnit;

/**
 * Sees to it that the service has a broker: the configured one, or one that is started before the
 * application and outlives it, so that the last answers and offsets still have somewhere to go.
 */
final class ServiceBroker {
  private static final String BOOTSTRAP_SERVERS = "kafka.bootstrap.servers";
  private static final String BROKER_CLASS = "kafka.server.KafkaRaftServer";
  private static final long APPLICATION_STOP_SECONDS = 60;

  private ServiceBroker() {}

  /**
   * Starts an embedded broker unless one is configured, and points the application to it. It stops
   * with the process.
   *
   * @throws UnusableArgumentsException if none is configured and none can be started
   */
  static void ensure(SmallRyeConfig config) {
    if (isConfigured(config)) {
      return;
    }
    if (!isInThisBuild()) {
      throw new UnusableArgumentsException(
          "set %s (or KAFKA_BOOTSTRAP_SERVERS): this build has no embedded broker"
              .formatted(BOOTSTRAP_SERVERS));
    }
    EmbeddedBroker broker = start(config.getConfigMapping(CropConfig.class));
    System.setProperty(BOOTSTRAP_SERVERS, broker.bootstrapServers());
    System.err.printf(
        "%s is not set: started an embedded broker at %s%n",
        BOOTSTRAP_SERVERS, broker.bootstrapServers());
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  awaitApplication();
                  broker.close();
                },
                "broker-stop"));
  }

  /**
   * @throws UnusableArgumentsException if no broker is configured
   */
  static void require(SmallRyeConfig config) {
    if (!isConfigured(config)) {
      throw new UnusableArgumentsException(
          "set %s (or KAFKA_BOOTSTRAP_SERVERS) to the broker that the service works with"
              .formatted(BOOTSTRAP_SERVERS));
    }
  }

  private static boolean isConfigured(SmallRyeConfig config) {
    return config.getOptionalValue(BOOTSTRAP_SERVERS, String.class).isPresent();
  }

  /** The production build leaves the broker's jars out. */
  private static boolean isInThisBuild() {
    try {
      Class.forName(BROKER_CLASS, false, Thread.currentThread().getContextClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private static EmbeddedBroker start(CropConfig config) {
    try {
      return EmbeddedBroker.start(
          new EmbeddedBroker.Settings(
              config.embeddedBroker().directory(),
              config.embeddedBroker().port(),
              new Topics(
                  config.topics().questions(),
                  config.topics().localized(),
                  config.topics().answers(),
                  config.topics().deadLetters()),
              config.embeddedBroker().partitions()));
    } catch (IllegalStateException | UncheckedIOException e) {
      throw new UnusableArgumentsException(e.getMessage());
    }
  }

  /** The JVM runs all its shutdown hooks at once; the application's must be done first. */
  private static void awaitApplication() {
    Application application = Application.currentApplication();
    if (application == null) {
      return;
    }
    Thread stopped = new Thread(application::awaitShutdown, "await-application");
    stopped.setDaemon(true);
    stopped.start();
    try {
      stopped.join(TimeUnit.SECONDS.toMillis(APPLICATION_STOP_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
