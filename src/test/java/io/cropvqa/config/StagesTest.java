package io.cropvqa.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StagesTest {

  @Test
  void aServiceDoesAllUnlessToldOtherwise() {
    assertThat(Stages.of(config(""))).isEqualTo(Stages.ALL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "crop.stages=localize",
        "crop.stages=infer",
        "crop.stages=infer crop.localizer.kind=none",
        "crop.topics.localized=vqa-questions"
      })
  void theseGoTogether(String settings) {
    assertThatCode(() -> Stages.requireUsable(config(settings))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "crop.stages=Infer | crop.stages must be all, localize or infer, got Infer",
        "crop.stages=localize crop.localizer.kind=none | crop.stages = localize with"
            + " crop.localizer.kind = none would find nothing: choose a localizer, or crop.stages"
            + " = all",
        "crop.stages=infer crop.topics.localized=vqa-answers | crop.topics.localized and"
            + " crop.topics.answers are both vqa-answers: crop.stages = infer needs two topics",
        "crop.stages=localize crop.topics.questions=vqa-localized | crop.topics.localized and"
            + " crop.topics.questions are both vqa-localized: crop.stages = localize needs two"
            + " topics"
      })
  void theseContradict(String settings, String message) {
    assertThatThrownBy(() -> Stages.requireUsable(config(settings)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  private static CropConfig config(String settings) {
    Map<String, String> values =
        Stream.of(settings.split(" "))
            .filter(setting -> !setting.isBlank())
            .map(setting -> setting.split("=", 2))
            .collect(Collectors.toMap(setting -> setting[0], setting -> setting[1]));
    return new SmallRyeConfigBuilder()
        .addDefaultInterceptors()
        .addDiscoveredConverters()
        .withSources(new PropertiesConfigSource(values, "test", 1000))
        .withDefaultValue("user.home", "/tmp")
        .withMapping(CropConfig.class)
        .build()
        .getConfigMapping(CropConfig.class);
  }
}
