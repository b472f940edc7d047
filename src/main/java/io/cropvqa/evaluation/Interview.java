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
import io.cropvqa.engine.InferenceRequest.Mode;
import io.cropvqa.evaluation.dataset.VqaDataset;
import io.cropvqa.evaluation.dataset.VqaExample;
import io.cropvqa.image.ImageDecoder;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionException;

/** Asks one question after another, each in all ways. Used by one thread. */
final class Interview {
  private static final ImageRef DECODED = new ImageRef.Inline(new byte[0], Optional.empty());

  private final InferenceEngine engine;
  private final ImageDecoder decoder;
  private final VqaDataset dataset;
  private final EvaluationPlan plan;
  private final List<Cell> cells;
  private String pictureName = "";
  private RgbImage picture;

  /**
   * @param cells rows that a model answers
   */
  Interview(
      InferenceEngine engine,
      ImageDecoder decoder,
      VqaDataset dataset,
      EvaluationPlan plan,
      List<Cell> cells) {
    this.engine = engine;
    this.decoder = decoder;
    this.dataset = dataset;
    this.plan = plan;
    this.cells = cells;
  }

  /**
   * @throws QuestionFailure if the model or its device is down
   */
  Map<Cell, Trial> about(VqaExample example) {
    Map<Cell, Trial> trials = new LinkedHashMap<>();
    cells.forEach(cell -> trials.put(cell, trial(example, cell)));
    return trials;
  }

  private Trial trial(VqaExample example, Cell cell) {
    try {
      return Trial.answered(example, answer(example, cell, picture(example)));
    } catch (QuestionFailure e) {
      if (e.code().kind() == FailureCode.Kind.SYSTEMIC) {
        throw e;
      }
      return Trial.failed(example, e.getMessage());
    } catch (IOException e) {
      return Trial.failed(example, "can't read " + example.image() + ": " + e.getMessage());
    }
  }

  private Answer answer(VqaExample example, Cell cell, RgbImage image) {
    ImageQuestion question =
        new ImageQuestion(example.id(), DECODED, example.question(), options(example, cell));
    Mode mode = cell.isBlind() ? Mode.BLIND : Mode.AS_ASKED;
    InferenceRequest request =
        new InferenceRequest(question, List.of(image), new StageClock(), mode);
    try {
      return engine.submit(request).toCompletableFuture().join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof QuestionFailure failure) {
        throw failure;
      }
      throw e;
    }
  }

  private QuestionOptions options(VqaExample example, Cell cell) {
    return new QuestionOptions(
        Optional.of(cell.isBlind() ? Cell.FULL.way().method() : cell.way().method()),
        cell.budget(),
        OptionalInt.empty(),
        region(example, cell),
        Optional.empty(),
        0);
  }

  /** Whoever needs no region has none looked for at its cost. */
  private Optional<ContextualRegion> region(VqaExample example, Cell cell) {
    if (cell.way().control().isPresent()) {
      return Optional.of(cell.way().control().get().region(example, plan.seed()));
    }
    if (cell.isReference() || !cell.way().localizes()) {
      return Optional.of(ContextualRegion.WHOLE_IMAGE);
    }
    return plan.trueRegions() ? example.region() : Optional.empty();
  }

  /** The picture last asked about is kept, since questions about one follow each other. */
  private RgbImage picture(VqaExample example) throws IOException {
    if (!example.image().equals(pictureName)) {
      picture = decoder.decode(dataset.image(example));
      pictureName = example.image();
    }
    return picture;
  }
}
