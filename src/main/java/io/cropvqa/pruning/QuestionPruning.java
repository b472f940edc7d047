package io.cropvqa.pruning;

import ai.djl.ndarray.types.Shape;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.PruningPlan;
import java.util.ArrayList;
import java.util.List;

/**
 * One question's pruning. Each of its images has a region and a quota of the budget of its own, see
 * {@link ImageQuotas}, and the method is asked once for each, with a view of that image alone.
 */
public final class QuestionPruning {
  private final List<ImagePruning> images;
  private final VisualLayout layout;
  private final boolean compactEarlyKv;
  private final PositionIds positionIds;

  private QuestionPruning(List<ImagePruning> images, PruningSettings settings) {
    this.images = images;
    this.layout =
        VisualLayout.joined(images.stream().map(image -> image.request().layout()).toList());
    this.compactEarlyKv = settings.compactEarlyKv();
    this.positionIds = settings.positions();
  }

  /**
   * Plans the pruning of a question's images.
   *
   * @param images in the order of the prompt, at least one
   * @param question for methods that read it
   * @param layers of the decoder
   * @param methods the model's
   * @throws IllegalArgumentException for a method that is unknown, or that the model can't use
   * @throws io.cropvqa.domain.UnusableInputException for a budget of fewer tokens than images
   */
  public static QuestionPruning of(
      PruningPlan plan,
      List<AskedImage> images,
      QuestionWords question,
      int layers,
      PruningMethods methods) {
    PruningMethod method = methods.named(plan.method());
    return of(method, plan.budget(), images, question, layers, methods.settings());
  }

  /** Plans the pruning of one image, as for several. */
  public static QuestionPruning of(
      PruningPlan plan,
      VisualLayout layout,
      ContextualRegion region,
      QuestionWords question,
      int layers,
      PruningMethods methods) {
    return of(plan, List.of(new AskedImage(layout, region)), question, layers, methods);
  }

  static QuestionPruning of(
      PruningMethod method,
      int budget,
      List<AskedImage> images,
      QuestionWords question,
      int layers,
      PruningSettings settings) {
    int[] quotas = ImageQuotas.of(images.stream().map(AskedImage::layout).toList(), budget);
    List<ImagePruning> pruned = new ArrayList<>();
    for (int i = 0; i < quotas.length; i++) {
      AskedImage image = images.get(i);
      PruningRequest request =
          new PruningRequest(image.layout(), image.region(), question, settings.seed());
      pruned.add(ImagePruning.of(method, quotas[i], request, layers));
    }
    return new QuestionPruning(List.copyOf(pruned), settings);
  }

  /** No pruning at all. */
  public static QuestionPruning none(List<VisualLayout> images) {
    return of(
        new NoPruning(),
        VisualLayout.joined(images).size(),
        images.stream()
            .map(layout -> new AskedImage(layout, ContextualRegion.WHOLE_IMAGE))
            .toList(),
        scope -> scope.create(new Shape(0, 0)),
        1,
        PruningSettings.DEFAULTS.with(PositionIds.KEEP));
  }

  /** No pruning of one image. */
  public static QuestionPruning none(VisualLayout layout) {
    return none(List.of(layout));
  }

  /**
   * Pre-LLM Compression, where the schedule has any.
   *
   * @param tokens of each image, in their order
   */
  public List<VisualTokens> compress(List<VisualTokens> tokens) {
    List<VisualTokens> compressed = new ArrayList<>();
    for (int i = 0; i < images.size(); i++) {
      compressed.add(images.get(i).compress(tokens.get(i)));
    }
    return compressed;
  }

  /** Pre-LLM Compression of the only image. */
  public VisualTokens compress(VisualTokens tokens) {
    return compress(List.of(tokens)).get(0);
  }

  /** Whether any image loses tokens after so many layers. */
  public boolean cutsAfter(int layersRun) {
    return images.stream().anyMatch(image -> image.schedule().keepAfter(layersRun).isPresent());
  }

  /**
   * Inner-LLM Pruning: which visual rows go on after so many layers.
   *
   * @param view the sequence, all images in it
   * @return indices into the view's patches
   */
  public TokenGroups select(LayerView view, int layersRun) {
    TokenGroups kept = TokenGroups.singletons(new int[0]);
    int place = 0;
    for (ImagePruning image : images) {
      int length = image.request().layout().length();
      ImageView alone = new ImageView(view, place, length);
      kept = kept.and(image.select(alone, layersRun).renumbered(alone.tokens()));
      place += length;
    }
    return kept;
  }

  /** Whether layers that already ran forget what a cut drops. */
  public boolean compactsEarlyKv() {
    return compactEarlyKv;
  }

  public PositionIds positionIds() {
    return positionIds;
  }

  /** N, the tokens of all images. */
  public int visualTokens() {
    return layout.size();
  }

  /** Where the tokens of all images come from. */
  public VisualLayout layout() {
    return layout;
  }

  /** For each image how many of its tokens each layer works on. */
  public List<PruningSchedule> schedules() {
    return images.stream().map(ImagePruning::schedule).toList();
  }
}
