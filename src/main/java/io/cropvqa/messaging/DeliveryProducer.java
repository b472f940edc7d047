package io.cropvqa.messaging;

import io.cropvqa.config.CropConfig;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Chooses the delivery that {@code crop.delivery} names. */
final class DeliveryProducer {

  @Produces
  @Singleton
  Delivery delivery(@Any Instance<Delivery> deliveries, CropConfig config) {
    return deliveries.select(Identifier.Literal.of(config.delivery())).get();
  }
}
