package io.cropvqa.config;

import io.cropvqa.engine.trial.Decoders;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Decoders to be measured by themselves. */
final class TrialProducer {

  @Produces
  @Singleton
  Decoders decoders(CropConfig config) {
    EngineProducer.configureTorch(config);
    return new Decoders(config.device());
  }
}
