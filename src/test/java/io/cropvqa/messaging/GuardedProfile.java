package io.cropvqa.messaging;

import java.util.HashMap;
import java.util.Map;

/** A service that wants a token over HTTP and has places to fetch images from. */
public final class GuardedProfile extends FakeEngineProfile {
  /** Stands in all that must not be told. */
  static final String SECRET = "hush-4711";

  public static final String TOKEN = SECRET + "-is-the-token";

  @Override
  public Map<String, String> getConfigOverrides() {
    Map<String, String> settings = new HashMap<>(super.getConfigOverrides());
    settings.put("crop.api.token", TOKEN);
    settings.put("crop.image.allowed-hosts", "no-such-host.invalid,localhost,127.0.0.1");
    settings.put("crop.image.fetch-retries", "1");
    settings.put("crop.image.s3.allowed-buckets", "photos");
    settings.put("crop.image.s3.region", "us-east-1");
    settings.put("crop.image.s3.path-style", "true");
    return settings;
  }
}
