package io.cropvqa.engine;

import io.cropvqa.domain.FailureCode;
import io.cropvqa.domain.ImageQuestion;
import io.cropvqa.domain.LocatedRegion;
import io.cropvqa.domain.PruningPlan;
import io.cropvqa.domain.QuestionFailure;
import io.cropvqa.domain.Stage;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.pruning.AskedImage;
import io.cropvqa.pruning.PruningMethods;
import io.cropvqa.pruning.QuestionPruning;
import io.cropvqa.pruning.VisualTokens;
import java.util.List;
import java.util.stream.IntStream;

/** How a question is pruned: as its options say, and as the settings do where they say nothing. */
final class PruningChoice {
  private final VisionLanguageModel model;
  private final EngineSettings settings;
  private final PruningMethods methods;

  PruningChoice(VisionLanguageModel model, EngineSettings settings) {
    this.model = model;
    this.settings = settings;
    this.methods = new PruningMethods(settings.methods(), model.plc());
  }

  /**
   * @throws QuestionFailure {@code invalid-option} if the question asks for a method that is
   *     unknown, or that the model can't use
   */
  void requireUsableMethod(ImageQuestion question) {
    try {
      question.options().pruning().ifPresent(methods::named);
    } catch (IllegalArgumentException e) {
      throw new QuestionFailure(
          FailureCode.INVALID_OPTION, Stage.QUEUE, "options." + e.getMessage(), e);
    }
  }

  /**
   * @param images all tokens of each image
   */
  PruningPlan plan(ImageQuestion question, List<VisualTokens> images) {
    String method = question.options().pruning().orElse(settings.pruning());
    int tokens = images.stream().mapToInt(VisualTokens::count).sum();
    return new PruningPlan(
        method,
        method.equals(PruningMethods.NONE)
            ? tokens
            : question.options().visualTokens().orElse(settings.budget(tokens)));
  }

  /**
   * @param regions where the question looks on each image
   * @throws QuestionFailure {@code invalid-option} if the budget is less than a token for each
   */
  QuestionPruning pruning(
      PruningPlan plan, List<VisualTokens> images, List<LocatedRegion> regions, String question) {
    List<AskedImage> asked =
        IntStream.range(0, images.size())
            .mapToObj(i -> new AskedImage(images.get(i).layout(), regions.get(i).box()))
            .toList();
    int layers = model.languageModel().config().numHiddenLayers();
    return Blame.with(
        FailureCode.INVALID_OPTION,
        Stage.COMPRESS,
        () -> QuestionPruning.of(plan, asked, model.words(question), layers, methods));
  }
}
