package io.cropvqa.config;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;

/** What the application comes with, and a test's own settings; nothing of this process or user. */
public final class ShippedSettings {
  private ShippedSettings() {}

  static SmallRyeConfig with(Map<String, String> settings) {
    return with(new PropertiesConfigSource(settings, "test", 1000));
  }

  public static SmallRyeConfig with(ConfigSource settings) {
    try {
      return new SmallRyeConfigBuilder()
          .addDefaultInterceptors()
          .addDiscoveredConverters()
          .withSources(
              new PropertiesConfigSource(
                  Path.of("src/main/resources/application.properties").toUri().toURL()))
          .withSources(settings)
          .withDefaultValue("user.home", "/tmp")
          .withMapping(CropConfig.class)
          .build();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
