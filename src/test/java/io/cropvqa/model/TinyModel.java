package io.cropvqa.model;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.PruningPlan;
import io.cropvqa.model.golden.Golden;
import io.cropvqa.model.golden.GoldenCheckpoint;
import io.cropvqa.model.plc.RandomPlc;
import io.cropvqa.pruning.AskedImage;
import io.cropvqa.pruning.PlcNetwork;
import io.cropvqa.pruning.PruningMethods;
import io.cropvqa.pruning.PruningSettings;
import io.cropvqa.pruning.QuestionPruning;
import io.cropvqa.pruning.VisualTokens;
import io.cropvqa.tensor.NumberType;
import io.cropvqa.tensor.Torch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** A tiny random checkpoint with a scope for what tests make of it. */
public final class TinyModel implements AutoCloseable {
  private final VisionLanguageModel model;
  private final NDManager scope;
  private final PlcNetwork plc;
  private final Map<String, VisualTokens> seen = new HashMap<>(); // by picture

  public TinyModel(GoldenCheckpoint golden) {
    this(golden, NumberType.FLOAT32);
  }

  public TinyModel(GoldenCheckpoint golden, NumberType type) {
    this.model = Checkpoints.open(golden.directory(), Torch.open(Device.cpu()), type);
    this.scope = model.newScope();
    this.plc = RandomPlc.of(languageModel().config().hiddenSize(), scope);
  }

  public VisionLanguageModel model() {
    return model;
  }

  public LanguageModel languageModel() {
    return model.languageModel();
  }

  public int layers() {
    return languageModel().config().numHiddenLayers();
  }

  /** Encoded once: nobody writes to them. */
  public VisualTokens tokens(String picture) {
    return seen.computeIfAbsent(picture, name -> model.encode(Golden.picture(name), scope));
  }

  public List<VisualTokens> tokens(List<String> pictures) {
    return pictures.stream().map(this::tokens).toList();
  }

  public Prompt prompt(String question, VisualTokens tokens) {
    return prompt(question, List.of(tokens));
  }

  public Prompt prompt(String question, List<VisualTokens> images) {
    return model.prompt(question, images, scope);
  }

  public QuestionPruning pruning(
      GoldenCheckpoint.Case question,
      String method,
      int budget,
      VisualTokens tokens,
      ContextualRegion region,
      PruningSettings settings) {
    return pruning(question.question(), method, budget, List.of(tokens), List.of(region), settings);
  }

  public QuestionPruning pruning(
      String question,
      String method,
      int budget,
      List<VisualTokens> images,
      List<ContextualRegion> regions,
      PruningSettings settings) {
    return QuestionPruning.of(
        new PruningPlan(method, budget),
        IntStream.range(0, images.size())
            .mapToObj(i -> new AskedImage(images.get(i).layout(), regions.get(i)))
            .toList(),
        model.words(question),
        layers(),
        methods(settings));
  }

  /** All methods, the trained compression with random weights. */
  public PruningMethods methods(PruningSettings settings) {
    return new PruningMethods(settings, Optional.of(plc));
  }

  /** A question, pruned and ready for its first step; the caller closes it. */
  public Sequence sequence(GoldenCheckpoint.Case question, String method, int budget) {
    return sequence(question, method, budget, REGION, PruningSettings.DEFAULTS);
  }

  public Sequence sequence(
      GoldenCheckpoint.Case question,
      String method,
      int budget,
      ContextualRegion region,
      PruningSettings settings) {
    VisualTokens tokens = tokens(question.picture());
    QuestionPruning pruning = pruning(question, method, budget, tokens, region, settings);
    Prompt prompt = prompt(question.question(), pruning.compress(tokens));
    return languageModel().sequence(prompt, pruning);
  }

  /** Upper left of the picture, about a quarter of it. */
  public static final ContextualRegion REGION = new ContextualRegion(0, 0, 3, 3);

  @Override
  public void close() {
    scope.close();
    model.close();
  }
}
