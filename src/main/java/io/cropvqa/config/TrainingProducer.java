package io.cropvqa.config;

import io.cropvqa.training.FrozenModel;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Opens the model that something is trained for. */
final class TrainingProducer {

  @Produces
  @Singleton
  FrozenModel frozenModel(CropConfig config, ModelDirectory directory) {
    EngineProducer.configureTorch(config);
    return FrozenModel.open(directory.path(), config.device());
  }

  void close(@Disposes FrozenModel model) {
    model.close();
  }
}
