package io.cropvqa.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.engine.InferenceEngine;
import io.cropvqa.evaluation.EvaluationReport;
import io.cropvqa.evaluation.Evaluator;
import io.cropvqa.evaluation.MarkdownReport;
import io.cropvqa.image.ImageDecoder;
import io.quarkus.arc.Unremovable;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Runs an evaluation and tells of it. */
@Singleton
@Unremovable
final class Eval {
  private static final ObjectWriter JSON = new ObjectMapper().writerWithDefaultPrettyPrinter();

  private final InferenceEngine engine;
  private final ImageDecoder decoder;

  @Inject
  Eval(InferenceEngine engine, ImageDecoder decoder) {
    this.engine = engine;
    this.decoder = decoder;
  }

  int run(EvalCommand command) {
    ProgressLine progress = new ProgressLine("questions");
    try {
      Evaluator evaluator = new Evaluator(engine, decoder, progress::show);
      EvaluationReport report = evaluator.run(command.dataset(), command.plan());
      if (command.out().isPresent()) {
        JSON.writeValue(command.out().get().toFile(), report);
      }
      PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
      out.println(command.json() ? JSON.writeValueAsString(report) : MarkdownReport.of(report));
      return report.failed() > 0 ? ApplicationCommand.SOME_FAILED : ApplicationCommand.DONE;
    } catch (QuestionFailure e) {
      System.err.println(e.getMessage());
      return ApplicationCommand.SOME_FAILED;
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      return ApplicationCommand.UNUSABLE_ARGUMENTS;
    } catch (IOException e) {
      System.err.println("can't read or write a file: " + e.getMessage());
      return ApplicationCommand.UNUSABLE_ARGUMENTS;
    }
  }
}
