package io.cropvqa.messaging;

import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;

/** Questions of one key in their order, exactly once. */
@QuarkusTest
@TestProfile(OrderedExactlyOnceTest.Ordered.class)
@WithTestResource(value = BrokerResource.class, scope = TestResourceScope.GLOBAL)
class OrderedExactlyOnceTest extends OrderedQuestionsTest {

  /** One key is one at a time, in transactions. */
  public static final class Ordered extends ExactlyOnceProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return inOrder(super.getConfigOverrides());
    }
  }
}
