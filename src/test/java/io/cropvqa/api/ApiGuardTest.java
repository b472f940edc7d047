package io.cropvqa.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.cropvqa.config.CropConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Response;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What a guard does with a request, without a server. */
class ApiGuardTest {

  @Test
  void anybodyMayAskWhereNoTokenIsSet() {
    assertThat(refusal("", "")).isEmpty();
  }

  @Test
  void nobodyMayAskWhereQuestionsAreOff() {
    Response refusal = refusal("crop.api.enabled", "false").orElseThrow();
    assertThat(refusal.getStatus()).isEqualTo(403);
    assertThat(((Problem) refusal.getEntity()).detail()).contains("crop.api.enabled=true");
  }

  private static Optional<Response> refusal(String setting, String value) {
    CropConfig config =
        new SmallRyeConfigBuilder()
            .addDefaultInterceptors()
            .addDiscoveredConverters()
            .withMapping(CropConfig.class)
            .withDefaultValue("user.home", "/home/crop")
            .withDefaultValue(setting, value)
            .build()
            .getConfigMapping(CropConfig.class);
    AtomicReference<Response> refusal = new AtomicReference<>();
    new ApiGuard(() -> config)
        .filter(
            (ContainerRequestContext)
                Proxy.newProxyInstance(
                    ApiGuardTest.class.getClassLoader(),
                    new Class<?>[] {ContainerRequestContext.class},
                    (proxy, method, arguments) -> {
                      if (method.getName().equals("abortWith")) {
                        refusal.set((Response) arguments[0]);
                      }
                      return null;
                    }));
    return Optional.ofNullable(refusal.get());
  }
}
