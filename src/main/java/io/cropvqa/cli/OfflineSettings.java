package io.cropvqa.cli;

import java.util.Map;

/** Settings of commands that work by themselves: no Kafka, no HTTP, no chatter. */
final class OfflineSettings {
  static final Map<String, String> ALL =
      Map.of(
          "crop.stages", "all",
          "mp.messaging.incoming.questions.enabled", "false",
          "mp.messaging.outgoing.answers.enabled", "false",
          "quarkus.http.host-enabled", "false",
          "quarkus.management.host-enabled", "false",
          "quarkus.log.level", "WARN",
          // A busy machine makes Netty start slowly, and Netty says so.
          "quarkus.log.category.\"io.quarkus.netty\".level", "ERROR",
          // That the consumer is connected to nothing is the point, and no news.
          "quarkus.log.category.\"io.smallrye.reactive.messaging.provider\".level", "ERROR");

  private OfflineSettings() {}
}
