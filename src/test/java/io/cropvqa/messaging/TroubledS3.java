package io.cropvqa.messaging;

import io.cropvqa.image.StubS3;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/** A store that lets nobody in, and talks too much about it. */
public final class TroubledS3 implements QuarkusTestResourceLifecycleManager {
  private StubS3 store;

  @Override
  public Map<String, String> start() {
    try {
      store =
          StubS3.answering(
              403, "AccessDenied", GuardedProfile.SECRET + " is no key of the store's");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Map.of("crop.image.s3.endpoint", store.endpoint().toString());
  }

  @Override
  public void stop() {
    if (store != null) {
      store.close();
    }
  }
}
