package io.cropvqa.config;

import io.smallrye.config.SmallRyeConfig;

/**
 * What a command checks before it starts the application, so that a wrong setting is told in one
 * line.
 */
public final class Preflight {
  private static final String QUESTIONS = "questions";

  private Preflight() {}

  /**
   * @param config every setting, the connector's included
   * @throws IllegalArgumentException naming the setting or file, and the fix
   */
  public static void check(SmallRyeConfig config) {
    CropConfig crop = config.getConfigMapping(CropConfig.class);
    DeliverySettings.requireConsistent(crop, config);
    DeliveryTimes.of(QUESTIONS, config, crop).requireConsistent();
    EngineProducer.requireUsable(crop);
  }
}
