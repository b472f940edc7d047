package io.cropvqa.messaging;

import io.cropvqa.config.CropConfig;
import io.cropvqa.config.Stages;
import io.cropvqa.pipeline.AnswerPipeline;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Chooses the work that {@code crop.stages} names. */
final class StageWorkProducer {

  @Produces
  @Singleton
  StageWork work(CropConfig config, AnswerPipeline pipeline) {
    return switch (Stages.of(config)) {
      case ALL -> new AnswerWork(pipeline);
      case LOCALIZE -> new LocalizeWork(pipeline);
      case INFER -> new InferWork(pipeline);
    };
  }
}
