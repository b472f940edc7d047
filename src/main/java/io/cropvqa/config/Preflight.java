package io.cropvqa.config;

import io.smallrye.config.SmallRyeConfig;
import java.util.Optional;
import org.eclipse.microprofile.config.ConfigValue;

/**
 * What a command checks before it starts the application, so that a wrong setting is told in one
 * line.
 */
public final class Preflight {
  private static final String TOKEN = "crop.api.token";
  private static final int MIN_TOKEN_CHARACTERS = 16;
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
    EventProducer.reader(crop);
    PipelineProducer.fetchPolicy(crop.image());
    PipelineProducer.memory(crop.image());
    requireStrong(crop.api().token(), config.getConfigValue(TOKEN));
  }

  /**
   * An empty value counts as none, and a Secret that is empty by mistake must not open the door.
   */
  static void requireStrong(Optional<String> token, ConfigValue source) {
    int characters = token.map(String::length).orElse(0);
    boolean isSet = token.isPresent() || source.getRawValue() != null;
    if (isSet && characters < MIN_TOKEN_CHARACTERS) {
      throw new IllegalArgumentException(
          "%s has %d characters: use at least %d, or leave the setting out"
              .formatted(TOKEN, characters, MIN_TOKEN_CHARACTERS));
    }
  }
}
