package io.cropvqa.cli;

import java.util.Map;

/** A command about what lies on the service's broker: it serves nothing itself. */
interface BrokerCommand extends ApplicationCommand {
  @Override
  default Map<String, String> settings() {
    return OfflineSettings.ALL;
  }

  @Override
  default Broker broker() {
    return Broker.CONFIGURED;
  }

  @Override
  default boolean needsModels() {
    return false;
  }
}
