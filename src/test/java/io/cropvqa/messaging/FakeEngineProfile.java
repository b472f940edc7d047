package io.cropvqa.messaging;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.Map;
import java.util.Set;

/** The service with an engine that tests command. */
public class FakeEngineProfile implements QuarkusTestProfile {
  static final int MAX_IN_FLIGHT = 4;

  @Override
  public Set<Class<?>> getEnabledAlternatives() {
    return Set.of(FakeEngine.class);
  }

  @Override
  public Map<String, String> getConfigOverrides() {
    return Map.of("crop.max-in-flight", Integer.toString(MAX_IN_FLIGHT));
  }
}
