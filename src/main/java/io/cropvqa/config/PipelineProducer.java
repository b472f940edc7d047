package io.cropvqa.config;

import io.cropvqa.domain.RequestListener;
import io.cropvqa.engine.EngineSettings;
import io.cropvqa.engine.InferenceEngine;
import io.cropvqa.image.FetchPolicy;
import io.cropvqa.image.ImageDecoder;
import io.cropvqa.image.ImageFetcher;
import io.cropvqa.image.S3Policy;
import io.cropvqa.pipeline.AnswerPipeline;
import io.cropvqa.pipeline.PictureMemory;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Wires what happens to a question before and around the engine. */
final class PipelineProducer {

  /** Where images are fetched and decoded. */
  record ImageThreads(ExecutorService executor) {}

  @Produces
  @Singleton
  ImageThreads imageThreads(CropConfig config) {
    AtomicInteger number = new AtomicInteger();
    return new ImageThreads(
        Executors.newFixedThreadPool(
            config.image().threads(),
            task -> new Thread(task, "crop-image-" + number.getAndIncrement())));
  }

  void close(@Disposes ImageThreads threads) {
    threads.executor().shutdown();
  }

  @Produces
  @Singleton
  ImageDecoder imageDecoder(CropConfig config, RequestListener listener) {
    CropConfig.Image image = config.image();
    return new ImageDecoder(image.maxPixels(), image.decodeTimeout(), image.cacheBytes(), listener);
  }

  @Produces
  @Singleton
  AnswerPipeline pipeline(
      CropConfig config,
      InferenceEngine engine,
      EngineSettings settings,
      ImageDecoder decoder,
      ImageThreads threads,
      RequestListener listener) {
    CropConfig.Image image = config.image();
    return new AnswerPipeline(
        new ImageFetcher(fetchPolicy(image)),
        decoder,
        memory(image),
        engine,
        settings::looksForRegion,
        threads.executor(),
        image.fetchRetries(),
        listener);
  }

  /**
   * @throws IllegalArgumentException naming the setting that makes no sense
   */
  static PictureMemory memory(CropConfig.Image image) {
    return new PictureMemory(image.inFlightBytes());
  }

  /**
   * @throws IllegalArgumentException naming the setting that makes no sense
   */
  static FetchPolicy fetchPolicy(CropConfig.Image image) {
    CropConfig.S3 s3 = image.s3();
    return new FetchPolicy(
        image.fileRoot(),
        Set.copyOf(image.allowedHosts().orElseGet(List::of)),
        image.maxBytes(),
        image.fetchTimeout(),
        new S3Policy(
            s3.endpoint(),
            s3.region(),
            s3.pathStyle(),
            Set.copyOf(s3.allowedBuckets().orElseGet(List::of))));
  }
}
