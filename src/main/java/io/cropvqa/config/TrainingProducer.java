package io.cropvqa.config;

import io.cropvqa.domain.RequestListener;
import io.cropvqa.training.FrozenModel;
import io.cropvqa.training.plc.RegionFinder;
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

  @Produces
  @Singleton
  RegionFinder localizedRegions(
      CropConfig config, ModelDirectory directory, ModelCard card, FrozenModel frozen) {
    return new LocalizedRegions(
        Localizers.of(
            config.localizer(),
            directory.path(),
            card,
            frozen.model(),
            config.device(),
            RequestListener.NONE));
  }

  void close(@Disposes RegionFinder regions) {
    if (regions instanceof LocalizedRegions localized) {
      localized.close();
    }
  }

  void close(@Disposes FrozenModel model) {
    model.close();
  }
}
