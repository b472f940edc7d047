package io.cropvqa.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.cropvqa.config.ModelDirectory;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.UnusableInputException;
import io.cropvqa.engine.InferenceEngine;
import io.cropvqa.engine.trial.DecoderShape;
import io.cropvqa.engine.trial.Decoders;
import io.cropvqa.engine.trial.TrialDecoder;
import io.cropvqa.evaluation.bench.BenchMarkdown;
import io.cropvqa.evaluation.bench.BenchReport;
import io.cropvqa.evaluation.bench.DecoderBench;
import io.cropvqa.evaluation.bench.EngineBench;
import io.cropvqa.image.ImageDecoder;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.Unremovable;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Runs measurements and tells of them. */
@Singleton
@Unremovable
final class Bench {
  private static final ObjectWriter JSON = new ObjectMapper().writerWithDefaultPrettyPrinter();

  private final Instance<InferenceEngine> engine;
  private final Instance<ModelDirectory> model;
  private final Decoders decoders;
  private final ImageDecoder images;
  private final MeterRegistry meters;

  @Inject
  Bench(
      Instance<InferenceEngine> engine,
      Instance<ModelDirectory> model,
      Decoders decoders,
      ImageDecoder images,
      MeterRegistry meters) {
    this.engine = engine;
    this.model = model;
    this.decoders = decoders;
    this.images = images;
    this.meters = meters;
  }

  int run(BenchCommand command) {
    try {
      BenchReport report = command.decoderAlone() ? decoder(command) : engine(command);
      PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
      out.println(command.json() ? JSON.writeValueAsString(report) : BenchMarkdown.of(report));
      return ApplicationCommand.DONE;
    } catch (QuestionFailure e) {
      System.err.println(e.getMessage());
      return ApplicationCommand.SOME_FAILED;
    } catch (UnusableInputException | IllegalArgumentException e) {
      System.err.println(e.getMessage());
      return ApplicationCommand.UNUSABLE_ARGUMENTS;
    } catch (IOException e) {
      System.err.println("can't write the report: " + e.getMessage());
      return ApplicationCommand.UNUSABLE_ARGUMENTS;
    }
  }

  private BenchReport decoder(BenchCommand command) {
    DecoderBench bench = new DecoderBench(decoders, new ProgressLine("prompts")::show);
    try (TrialDecoder decoder = open(command)) {
      return BenchReport.of(
          bench.run(subject(command), decoder, command.decoderPlan()), decoders.threads());
    }
  }

  private TrialDecoder open(BenchCommand command) {
    Optional<DecoderShape> shape = command.shape();
    return shape.isPresent()
        ? decoders.ofShape(shape.get())
        : decoders.ofCheckpoint(model.get().path());
  }

  private String subject(BenchCommand command) {
    return command
        .shape()
        .map(DecoderShape::name)
        .orElseGet(() -> model.get().path().toAbsolutePath().normalize().getFileName().toString());
  }

  private BenchReport engine(BenchCommand command) {
    EngineBench bench =
        new EngineBench(
            engine.get(),
            images,
            new MeteredBatches(meters),
            new ProgressLine("parts of rounds")::show);
    return BenchReport.of(bench.run(command.enginePlan()), decoders.threads());
  }
}
