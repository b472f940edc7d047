package io.cropvqa.evaluation.bench;

import io.cropvqa.domain.Answer;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.ImageQuestion;
import io.cropvqa.domain.ImageRef;
import io.cropvqa.domain.PruningPlan;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.QuestionOptions;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.domain.StageClock;
import io.cropvqa.engine.InferenceEngine;
import io.cropvqa.engine.InferenceRequest;
import io.cropvqa.engine.InferenceRequest.Mode;
import io.cropvqa.pruning.PruningMethods;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;

/** Asks an engine, which may remember what was asked within one run and nothing from before it. */
final class Asker {
  private static final ImageRef DECODED = new ImageRef.Inline(new byte[0], Optional.empty());

  private final InferenceEngine engine;
  private final int newTokens;
  private final Mode mode;
  private final AtomicLong unseen = new AtomicLong();

  /**
   * @param newTokens most tokens of an answer
   * @param ignoreEos whether every answer has as many
   */
  Asker(InferenceEngine engine, int newTokens, boolean ignoreEos) {
    this.engine = engine;
    this.newTokens = newTokens;
    this.mode = ignoreEos ? Mode.IGNORE_EOS : Mode.AS_ASKED;
  }

  /**
   * The same picture under a digest that the engine has never seen, so that it encodes it anew and
   * looks for the region anew.
   */
  RgbImage unseen(RgbImage image) {
    String digest = image.digest() + "-" + unseen.incrementAndGet();
    return new RgbImage(image.width(), image.height(), image.rgb(), digest);
  }

  /**
   * Returns once there is an answer.
   *
   * @throws QuestionFailure if there is none
   */
  Answer ask(RgbImage image, String text, PruningPlan plan) {
    ImageQuestion question = new ImageQuestion("bench", DECODED, text, options(plan));
    InferenceRequest request =
        new InferenceRequest(question, List.of(image), new StageClock(), mode);
    try {
      return engine.submit(request).toCompletableFuture().join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof QuestionFailure failure ? failure : e;
    }
  }

  /** Who needs no region has none looked for at its cost. */
  private QuestionOptions options(PruningPlan plan) {
    boolean localizes = PruningMethods.usesRegion(plan.method());
    return new QuestionOptions(
        Optional.of(plan.method()),
        OptionalInt.of(plan.budget()),
        OptionalInt.of(newTokens),
        localizes ? Optional.empty() : Optional.of(ContextualRegion.WHOLE_IMAGE),
        Optional.empty(),
        0);
  }
}
