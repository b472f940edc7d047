package io.cropvqa.localization;

import ai.djl.ndarray.NDManager;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.LocatedRegion;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.model.Prompt;
import io.cropvqa.model.Sequence;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.pruning.QuestionPruning;
import io.cropvqa.pruning.VisualTokens;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * The training-free localizer for checkpoints that have no trained one: what the last token of the
 * prompt attends to at a middle layer, relative to what it attends to whatever is asked. Source:
 * ViCrop (Zhang et al., ICLR 2025), section 4, relative attention.
 *
 * <p>It reads the main model's visual tokens, and costs the layers up to the middle one, on all of
 * them: once for the question, and once a picture for the general prompt.
 */
public final class RelativeAttentionLocalizer implements RegionLocalizer {
  private static final double DEPTH = 14.0 / 32; // ViCrop's layer of LLaVA-1.5-7B
  private static final float LEAST_ATTENTION = 1e-9f; // what is divided by is never less
  private static final long REMEMBERED_BYTES = 1 << 24;

  /**
   * What the method leaves open.
   *
   * @param layer decoder layer whose attention counts, from 0; without one, as deep as ViCrop's
   * @param prompt the general question that a question's attention is divided by that of
   * @param reach a patch belongs to the region down to this share of the best patch's relative
   *     attention, in (0, 1]
   */
  public record Settings(OptionalInt layer, String prompt, double reach) {
    public Settings {
      if (prompt.isBlank()) {
        throw new IllegalArgumentException(
            "crop.localizer.relative-attention-prompt must not be blank");
      }
      if (!(reach > 0 && reach <= 1)) {
        throw new IllegalArgumentException(
            "crop.localizer.relative-attention-reach must be in (0, 1], got " + reach);
      }
    }
  }

  private final VisionLanguageModel model;
  private final Settings settings;
  private final int layer;
  private final Cache<String, float[]> general; // by picture

  /**
   * @param model the main model, opened; stays the caller's
   * @throws IllegalArgumentException if it has no such layer
   */
  public RelativeAttentionLocalizer(VisionLanguageModel model, Settings settings) {
    this.model = model;
    this.settings = settings;
    int layers = model.languageModel().config().numHiddenLayers();
    this.layer = settings.layer().orElse((int) Math.round(DEPTH * layers));
    if (layer < 0 || layer >= layers) {
      throw new IllegalArgumentException(
          "crop.localizer.relative-attention-layer must be at least 0 and below the decoder's %d layers, got %d"
              .formatted(layers, layer));
    }
    this.general =
        Caffeine.newBuilder()
            .maximumWeight(REMEMBERED_BYTES)
            .weigher((String digest, float[] map) -> Float.BYTES * map.length)
            .executor(Runnable::run)
            .build();
  }

  @Override
  public String revision() {
    return "relative-attention-%s-%s".formatted(model.revision(), settings);
  }

  @Override
  public LocatedRegion locate(RgbImage image, VisualTokens tokens, String question) {
    float[] asked = attention(tokens, question);
    float[] anyway = general.get(image.digest(), digest -> attention(tokens, settings.prompt()));
    PatchMap map = PatchMap.of(tokens.layout(), ratios(asked, anyway)).smoothed();
    int best = map.best();
    ContextualRegion region =
        ContextualRegion.covering(map.around(best, settings.reach() * map.scores()[best]));
    return new LocatedRegion(region, LocatedRegion.Source.LOCALIZER, confidence(map, region));
  }

  /** How much of the region's share of relative attention it has not for its size alone. */
  private static double confidence(PatchMap map, ContextualRegion region) {
    return Math.max(0, 1 - region.areaRatio() / map.share(region));
  }

  private static float[] ratios(float[] asked, float[] anyway) {
    float[] ratios = new float[asked.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = asked[i] / Math.max(anyway[i], LEAST_ATTENTION);
    }
    return ratios;
  }

  /** What the last token of a question's prompt attends to: [N], visual tokens alone. */
  private float[] attention(VisualTokens tokens, String question) {
    try (NDManager scope = model.newScope()) {
      Prompt prompt = model.prompt(question, tokens, scope);
      QuestionPruning unpruned = QuestionPruning.none(tokens.layout());
      try (Sequence sequence = model.languageModel().sequence(prompt, unpruned, 0)) {
        float[] all = model.languageModel().attentionOfLast(sequence, layer);
        int[] visual =
            IntStream.range(0, all.length).filter(row -> prompt.patches()[row] >= 0).toArray();
        float[] attention = new float[visual.length];
        for (int i = 0; i < visual.length; i++) {
          attention[i] = all[visual[i]];
        }
        return attention;
      }
    }
  }
}
