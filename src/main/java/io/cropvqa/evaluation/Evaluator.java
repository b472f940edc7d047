package io.cropvqa.evaluation;

import io.cropvqa.domain.Answer;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.ImageQuestion;
import io.cropvqa.domain.ImageRef;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.QuestionOptions;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.domain.StageClock;
import io.cropvqa.engine.InferenceEngine;
import io.cropvqa.engine.InferenceRequest;
import io.cropvqa.evaluation.dataset.VqaDataset;
import io.cropvqa.evaluation.dataset.VqaExample;
import io.cropvqa.image.ImageDecoder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionException;

/**
 * Asks every question in every way of the plan, one at a time, so that times are those of a
 * question that has the machine for itself.
 *
 * <p>All ways of one question come one after another: whatever slows the machine for a while slows
 * them alike. Each answer encodes the picture and finds the region anew, and is charged for it. The
 * first question is asked once more before anything is measured, to warm up.
 */
public final class Evaluator {
  private static final ImageRef DECODED = new ImageRef.Inline(new byte[0], Optional.empty());

  private final InferenceEngine engine;
  private final ImageDecoder decoder;
  private final EvaluationProgress progress;

  public Evaluator(InferenceEngine engine, ImageDecoder decoder, EvaluationProgress progress) {
    this.engine = engine;
    this.decoder = decoder;
    this.progress = progress;
  }

  /**
   * @throws QuestionFailure if the model or its device is down; a fault of one question only fails
   *     that question
   */
  public EvaluationReport run(VqaDataset dataset, EvaluationPlan plan) {
    List<VqaExample> examples =
        dataset.examples().stream().limit(plan.limit().orElse(Integer.MAX_VALUE)).toList();
    Map<Cell, List<Trial>> trials = new LinkedHashMap<>();
    plan.cells().forEach(cell -> trials.put(cell, new ArrayList<>()));
    Pictures pictures = new Pictures(dataset);
    trials.keySet().forEach(cell -> trial(examples.get(0), cell, plan, pictures));
    for (int done = 0; done < examples.size(); done++) {
      progress.answered(done, examples.size());
      VqaExample example = examples.get(done);
      trials.forEach((cell, list) -> list.add(trial(example, cell, plan, pictures)));
    }
    progress.answered(examples.size(), examples.size());
    return new Evaluation(dataset.name(), engine.model(), plan, trials).report();
  }

  private Trial trial(VqaExample example, Cell cell, EvaluationPlan plan, Pictures pictures) {
    try {
      return Trial.answered(example, answer(example, cell, plan, pictures.of(example)));
    } catch (QuestionFailure e) {
      if (e.code().kind() == FailureCode.Kind.SYSTEMIC) {
        throw e;
      }
      return Trial.failed(example, e.getMessage());
    } catch (IOException e) {
      return Trial.failed(example, "can't read " + example.image() + ": " + e.getMessage());
    }
  }

  private Answer answer(VqaExample example, Cell cell, EvaluationPlan plan, RgbImage image) {
    ImageQuestion question =
        new ImageQuestion(example.id(), DECODED, example.question(), options(example, cell, plan));
    InferenceRequest request =
        new InferenceRequest(question, image, new StageClock(), cell.isBlind());
    try {
      return engine.submit(request).toCompletableFuture().join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof QuestionFailure failure) {
        throw failure;
      }
      throw e;
    }
  }

  private static QuestionOptions options(VqaExample example, Cell cell, EvaluationPlan plan) {
    return new QuestionOptions(
        Optional.of(cell.isBlind() ? Cell.FULL.method() : cell.method()),
        cell.budget(),
        OptionalInt.empty(),
        region(example, cell, plan),
        Optional.empty(),
        0);
  }

  /** The two references need no region, so none is looked for at their cost. */
  private static Optional<ContextualRegion> region(
      VqaExample example, Cell cell, EvaluationPlan plan) {
    if (cell.isReference()) {
      return Optional.of(ContextualRegion.WHOLE_IMAGE);
    }
    return plan.trueRegions() ? example.region() : Optional.empty();
  }

  /** The picture last asked about, since questions about one picture follow each other. */
  private final class Pictures {
    private final VqaDataset dataset;
    private String name = "";
    private RgbImage image;

    Pictures(VqaDataset dataset) {
      this.dataset = dataset;
    }

    RgbImage of(VqaExample example) throws IOException {
      if (!example.image().equals(name)) {
        image = decoder.decode(dataset.image(example));
        name = example.image();
      }
      return image;
    }
  }
}
