package io.cropvqa.config;

import org.eclipse.microprofile.config.Config;

/**
 * What a command checks before it starts the application, so that a wrong setting is told in one
 * line.
 */
public final class Preflight {
  private Preflight() {}

  /**
   * @param all every setting, the connector's included
   * @throws IllegalArgumentException naming the setting or file, and the fix
   */
  public static void check(CropConfig config, Config all) {
    DeliverySettings.requireConsistent(config, all);
    EngineProducer.requireUsable(config);
  }
}
