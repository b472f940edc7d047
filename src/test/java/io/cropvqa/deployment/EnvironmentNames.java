package io.cropvqa.deployment;

import io.cropvqa.config.CropConfig;
import io.smallrye.config.ConfigMappings;
import io.smallrye.config.ConfigMappings.ConfigClass;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Names of the settings in the environment. */
final class EnvironmentNames {

  private EnvironmentNames() {}

  /** Every setting of {@link CropConfig}, and the brokers. */
  static Set<String> known() {
    Set<String> settings =
        ConfigMappings.getProperties(ConfigClass.configClass(CropConfig.class)).keySet();
    return Stream.concat(settings.stream(), Stream.of("kafka.bootstrap.servers"))
        .map(name -> name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_"))
        .collect(Collectors.toSet());
  }
}
