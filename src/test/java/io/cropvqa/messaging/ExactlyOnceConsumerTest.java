package io.cropvqa.messaging;

import io.quarkus.test.common.TestResourceScope;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;

/**
 * All that holds at least once holds exactly once too; what differs is in {@link ExactlyOnceTest}.
 */
@QuarkusTest
@TestProfile(ExactlyOnceProfile.class)
@WithTestResource(value = BrokerResource.class, scope = TestResourceScope.GLOBAL)
class ExactlyOnceConsumerTest extends QuestionConsumerTest {}
