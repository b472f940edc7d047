package io.cropvqa.messaging;

import java.util.HashMap;
import java.util.Map;

/** The service in transactions, with an engine that tests command. */
public class ExactlyOnceProfile extends FakeEngineProfile {
  static final String TRANSACTIONAL_ID = "crop-vqa-test";

  @Override
  public Map<String, String> getConfigOverrides() {
    Map<String, String> settings = new HashMap<>(super.getConfigOverrides());
    settings.put("crop.delivery", "exactly-once");
    settings.put("crop.transactional-id", TRANSACTIONAL_ID);
    return settings;
  }
}
