package io.cropvqa.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import io.cropvqa.config.CropConfig;
import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.engine.FakeEngine;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.Test;

/** What the service tells of itself. */
class InfoResourceTest {
  private final ObjectMapper json = new ObjectMapper().registerModule(new Jdk8Module());

  @Test
  void aReadyServiceNamesModelWorkersAndDefaults() {
    JsonNode info = info(FakeEngine.answering(), config());
    assertThat(info.path("version").asText()).isEqualTo("1.2.3");
    assertThat(info.path("ready").asBoolean()).isTrue();
    assertThat(info.at("/model/name").asText()).isEqualTo("fake");
    assertThat(info.at("/pruning/method").asText()).isEqualTo("crop");
    assertThat(info.at("/pruning/methods").toString()).contains("\"crop\"", "\"none\"");
    assertThat(info.at("/pruning/retentionRatio").asDouble()).isEqualTo(0.25);
    assertThat(info.at("/pruning/visualTokens").isMissingNode()).isTrue();
    assertThat(info.at("/workers/0/device").asText()).isEqualTo("cpu");
    assertThat(info.at("/workers/0/state").asText()).isEqualTo("ready");
    assertThat(info.at("/workers/0/kvCacheCapacityBytes").asLong()).isEqualTo(100);
  }

  @Test
  void aBudgetThatIsSetIsNamed() {
    JsonNode info = info(FakeEngine.answering(), config("crop.pruning.visual-tokens", "64"));
    assertThat(info.at("/pruning/visualTokens").asInt()).isEqualTo(64);
  }

  @Test
  void aFailedWorkerShows() {
    QuestionFailure down = new QuestionFailure(FailureCode.UNAVAILABLE, null, "no worker is up");
    JsonNode info = info(FakeEngine.failing(down), config());
    assertThat(info.path("ready").asBoolean()).isFalse();
    assertThat(info.at("/workers/0/state").asText()).isEqualTo("failed");
  }

  private JsonNode info(FakeEngine engine, CropConfig config) {
    return json.valueToTree(new InfoResource(engine, config, "1.2.3").info());
  }

  private static CropConfig config(String... settings) {
    SmallRyeConfigBuilder builder =
        new SmallRyeConfigBuilder()
            .addDefaultInterceptors()
            .addDiscoveredConverters()
            .withMapping(CropConfig.class)
            .withDefaultValue("user.home", "/home/crop");
    for (int i = 0; i < settings.length; i += 2) {
      builder.withDefaultValue(settings[i], settings[i + 1]);
    }
    return builder.build().getConfigMapping(CropConfig.class);
  }
}
