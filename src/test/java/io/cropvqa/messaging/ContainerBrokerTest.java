package io.cropvqa.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

/** Shows in every report whether the tests ran against a broker in a container. */
class ContainerBrokerTest {

  @Test
  void theTestsRunOnABrokerInAContainer() throws Exception {
    assumeTrue(
        BrokerResource.useContainer(),
        "runs on a container broker: skipped, there is no Docker or test.broker=embedded");
    BrokerResource resource = new BrokerResource();
    try (Admin admin =
        Admin.create(
            Map.of("bootstrap.servers", resource.start().get("kafka.bootstrap.servers")))) {
      assertThat(admin.listTopics().names().get())
          .contains("vqa-questions", "vqa-answers", "vqa-questions-dlq");
    } finally {
      resource.stop();
    }
  }
}
