package io.cropvqa.pruning;

import ai.djl.ndarray.types.Shape;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.PruningPlan;
import java.util.OptionalInt;

/**
 * One question's pruning: a method, its schedule for this image and budget, and the checks that it
 * keeps its word.
 */
public final class QuestionPruning {
  private final PruningMethod method;
  private final PruningSchedule schedule;
  private final PruningRequest request;
  private final boolean compactEarlyKv;
  private final PositionIds positionIds;

  private QuestionPruning(
      PruningMethod method,
      PruningSchedule schedule,
      PruningRequest request,
      PruningSettings settings) {
    this.method = method;
    this.schedule = schedule;
    this.request = request;
    this.compactEarlyKv = settings.compactEarlyKv();
    this.positionIds = settings.positions();
  }

  /**
   * Plans the pruning of one image for one question.
   *
   * @param question for methods that read it
   * @param layers of the decoder
   * @param methods the model's
   * @throws IllegalArgumentException for a method that is unknown, or that the model can't use
   */
  public static QuestionPruning of(
      PruningPlan plan,
      VisualLayout layout,
      ContextualRegion region,
      QuestionWords question,
      int layers,
      PruningMethods methods) {
    PruningMethod method = methods.named(plan.method());
    return of(method, plan.budget(), layout, region, question, layers, methods.settings());
  }

  static QuestionPruning of(
      PruningMethod method,
      int budget,
      VisualLayout layout,
      ContextualRegion region,
      QuestionWords question,
      int layers,
      PruningSettings settings) {
    int visualTokens = layout.size();
    PruningSchedule schedule =
        budget >= visualTokens
            ? PruningSchedule.before(visualTokens)
            : method.schedule(visualTokens, layers, budget);
    PruningRequest request = new PruningRequest(layout, region, question, settings.seed());
    return new QuestionPruning(method, schedule, request, settings);
  }

  /** No pruning at all. */
  public static QuestionPruning none(VisualLayout layout) {
    return of(
        new PruningPlan("none", layout.size()),
        layout,
        ContextualRegion.WHOLE_IMAGE,
        scope -> scope.create(new Shape(0, 0)),
        1,
        PruningMethods.untrained(PruningSettings.DEFAULTS.with(PositionIds.KEEP)));
  }

  /** Pre-LLM Compression, where the schedule has any. */
  public VisualTokens compress(VisualTokens tokens) {
    int keep = schedule.compressed();
    if (keep == tokens.count()) {
      return tokens;
    }
    VisualTokens compressed = method.compress(tokens, keep, request);
    requireCount(keep, compressed.count());
    return compressed;
  }

  /** How many tokens go on after so many layers, if any are dropped there. */
  public OptionalInt keepAfter(int layersRun) {
    return schedule.keepAfter(layersRun);
  }

  /** Inner-LLM Pruning: which of the view's visual rows go on, as indices into its patches. */
  public TokenGroups select(LayerView view, int keep) {
    TokenGroups kept = method.select(view, keep, request);
    requireCount(keep, kept.count());
    return kept;
  }

  private void requireCount(int scheduled, int kept) {
    if (scheduled != kept) {
      throw new IllegalStateException(
          "%s kept %d visual tokens where it scheduled %d"
              .formatted(method.name(), kept, scheduled));
    }
  }

  /** Whether layers that already ran forget what a cut drops. */
  public boolean compactsEarlyKv() {
    return compactEarlyKv;
  }

  public PositionIds positionIds() {
    return positionIds;
  }

  /** N, the tokens of the whole image. */
  public int visualTokens() {
    return request.layout().size();
  }

  /** Where the image's tokens come from. */
  public VisualLayout layout() {
    return request.layout();
  }

  public PruningSchedule schedule() {
    return schedule;
  }
}
