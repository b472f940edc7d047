package io.cropvqa.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.cropvqa.domain.Answer;
import io.cropvqa.domain.LocatedRegion;
import io.cropvqa.domain.ModelIdentity;
import io.cropvqa.domain.PruningStatistics;
import io.cropvqa.domain.Stage;
import io.cropvqa.domain.StageTimings;
import io.cropvqa.domain.TokenUsage;
import java.util.List;

/**
 * An answer as it travels: {@code io.cropvqa.answer.v1}.
 *
 * @param id the question's id
 * @param answer the generated text
 * @param finishReason {@code stop}, {@code length} or {@code deadline}
 * @param region of the first image
 * @param regions of all images in their order, where there is more than one
 */
public record AnswerEvent(
    String id,
    String answer,
    String finishReason,
    Model model,
    Region region,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Region> regions,
    Pruning pruning,
    Usage usage,
    Timings timings) {

  public AnswerEvent {
    regions = regions == null ? List.of() : List.copyOf(regions); // absent where it was read
  }

  /** The event's CloudEvents type; another shape gets another type. */
  public static final String TYPE = "io.cropvqa.answer.v1";

  public static AnswerEvent of(Answer answer) {
    return new AnswerEvent(
        answer.id(),
        answer.text(),
        answer.finishReason().wireName(),
        Model.of(answer.model()),
        Region.of(answer.region()),
        answer.regions().size() == 1
            ? List.of()
            : answer.regions().stream().map(Region::of).toList(),
        Pruning.of(answer.pruning()),
        Usage.of(answer.usage()),
        Timings.of(answer.timings()));
  }

  /** Which model answered, and on which device. */
  public record Model(String name, String revision, String device) {
    private static Model of(ModelIdentity model) {
      return new Model(model.name(), model.revision(), model.device());
    }
  }

  /**
   * What the answer looked hardest at.
   *
   * @param box {@code [xmin, ymin, xmax, ymax]}, inclusive block numbers on the 8x8 grid
   * @param source {@code localizer}, {@code provided}, {@code fallback} or {@code whole-image}
   * @param confidence in [0, 1]
   */
  public record Region(List<Integer> box, String source, double confidence) {
    private static Region of(LocatedRegion region) {
      return new Region(region.box().toList(), region.source().wireName(), region.confidence());
    }
  }

  /** What was pruned, counted from the shapes that ran. */
  public record Pruning(
      String method,
      int budget,
      int visualTokensBefore,
      int visualTokensAfter,
      List<Integer> visualTokensPerLayer,
      double averageVisualTokens,
      double retentionRatio,
      long prefillFlops,
      long prefillFlopsFull,
      long kvCacheBytes,
      long kvCacheBytesFull) {
    private static Pruning of(PruningStatistics pruning) {
      return new Pruning(
          pruning.plan().method(),
          pruning.plan().budget(),
          pruning.visualTokensBefore(),
          pruning.visualTokensAfter(),
          pruning.visualTokensPerLayer(),
          pruning.averageVisualTokens(),
          pruning.retentionRatio(),
          pruning.prefillFlops(),
          pruning.prefillFlopsFull(),
          pruning.kvCacheBytes(),
          pruning.kvCacheBytesFull());
    }
  }

  /** Tokens in and out of the language model. */
  public record Usage(int promptTokens, int completionTokens) {
    private static Usage of(TokenUsage usage) {
      return new Usage(usage.promptTokens(), usage.completionTokens());
    }
  }

  /** Whole milliseconds per stage; a stage that did not run took 0. */
  public record Timings(
      long queueMs,
      long fetchMs,
      long decodeMs,
      long localizeMs,
      long encodeMs,
      long compressMs,
      long prefillMs,
      long timeToFirstTokenMs,
      long generateMs,
      long totalMs) {
    private static Timings of(StageTimings timings) {
      return new Timings(
          timings.of(Stage.QUEUE).toMillis(),
          timings.of(Stage.FETCH).toMillis(),
          timings.of(Stage.DECODE).toMillis(),
          timings.of(Stage.LOCALIZE).toMillis(),
          timings.of(Stage.ENCODE).toMillis(),
          timings.of(Stage.COMPRESS).toMillis(),
          timings.of(Stage.PREFILL).toMillis(),
          timings.timeToFirstToken().toMillis(),
          timings.of(Stage.GENERATE).toMillis(),
          timings.total().toMillis());
    }
  }
}
