package io.cropvqa.config;

/**
 * What a command checks before it starts the application, so that a wrong setting is told in one
 * line.
 */
public final class Preflight {
  private Preflight() {}

  /**
   * @throws IllegalArgumentException naming the setting or file, and the fix
   */
  public static void check(CropConfig config) {
    EngineProducer.requireUsable(config);
    PipelineProducer.fetchPolicy(config.image());
  }
}
