package io.cropvqa.training.plc;

import ai.djl.ndarray.NDManager;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.model.VisionLanguageModel;
import io.cropvqa.model.plc.PlcWeightNames;
import io.cropvqa.pruning.PlcConfig;
import io.cropvqa.pruning.PlcNetwork;
import io.cropvqa.pruning.PruningMethods;
import io.cropvqa.pruning.PruningSettings;
import io.cropvqa.pruning.VisualTokens;
import io.cropvqa.training.EncodedPictures;
import io.cropvqa.training.FrozenModel;
import io.cropvqa.training.Parameters;
import io.cropvqa.training.Pictures;
import io.cropvqa.training.TrainingCheckpoint;
import io.cropvqa.training.TrainingListener;
import io.cropvqa.training.TrainingLoop;
import io.cropvqa.training.TrainingSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** Trains the compression of a model, alone or jointly with its decoder, and writes it. */
public final class PlcTraining {
  static final String METHOD = "plc";
  private static final String POOLED = "plc-pool";

  /** Folder of the checkpoints inside {@code out}, gone once the training is done. */
  private static final String CHECKPOINTS = "plc-checkpoint";

  /**
   * What the user chooses beside {@link TrainingSettings}.
   *
   * @param budgets visual tokens, drawn from for each question; at least one
   * @param trueRegions whether regions are the data set's, and not a localizer's
   * @param joint whether the decoder learns too; {@code out} then gets a whole checkpoint
   */
  public record Choices(List<Integer> budgets, boolean trueRegions, boolean joint) {

    /**
     * @throws IllegalArgumentException if there is no budget, or one that isn't positive
     */
    public Choices {
      budgets = budgets.stream().distinct().toList();
      if (budgets.isEmpty() || budgets.stream().anyMatch(budget -> budget < 1)) {
        throw new IllegalArgumentException("--budgets must be numbers above 0, got " + budgets);
      }
    }
  }

  /**
   * Held-out questions at one budget.
   *
   * @param pooled without training: {@code plc-pool} with the model as it was
   * @param trained with what was trained
   */
  public record Comparison(PlcScore pooled, PlcScore trained) {}

  private final FrozenModel frozen;
  private final TrainingSettings settings;
  private final Choices choices;
  private final TrainingListener listener;

  public PlcTraining(
      FrozenModel frozen, TrainingSettings settings, Choices choices, TrainingListener listener) {
    this.frozen = frozen;
    this.settings = settings;
    this.choices = choices;
    this.listener = listener;
  }

  /**
   * Trains to the end and writes what was trained.
   *
   * @param examples about at least two pictures
   * @return how well held-out questions are answered, by budget
   * @throws IllegalArgumentException if the examples don't do, or there is nothing to go on from;
   *     the message says what to change
   */
  public Map<Integer, Comparison> run(
      List<AnswerExample> examples, Pictures pictures, RegionFinder regions) throws IOException {
    requireOtherDirectory();
    VisionLanguageModel teacher = frozen.model();
    PlcConfig config = PlcConfig.of(teacher.languageModel().config().hiddenSize());
    Map<String, String> fingerprint = fingerprint(config);
    Path checkpoints = settings.out().resolve(CHECKPOINTS);
    Optional<TrainingCheckpoint> resumed = settings.resumed(checkpoints, fingerprint);
    try (NDManager memory = teacher.newScope()) {
      EncodedPictures<PlcPicture> encoded = encode(examples, pictures, regions, memory);
      Map<Integer, PlcScore> pooled = scores(teacher, POOLED, Optional.empty(), encoded);
      Parameters parameters = new Parameters(memory, first(resumed, memory));
      PlcNetwork network =
          PlcWeightNames.network(
              config, (name, shape) -> parameters.create(Trained.PLC + name, shape));
      try (Trained trained = Trained.open(frozen, choices.joint(), parameters)) {
        PlcObjective objective = objective(trained.model(), network, encoded);
        new TrainingLoop(memory, settings.loop(checkpoints, fingerprint), listener::trained)
            .run(parameters, objective, resumed);
        trained.write(settings.out(), config);
        TrainingCheckpoint.delete(checkpoints);
        Map<Integer, PlcScore> after =
            scores(trained.model(), METHOD, Optional.of(network), encoded);
        Map<Integer, Comparison> table = new LinkedHashMap<>();
        pooled.forEach((budget, was) -> table.put(budget, new Comparison(was, after.get(budget))));
        return table;
      }
    }
  }

  private void requireOtherDirectory() throws IOException {
    Path out = settings.out();
    if (choices.joint() && Files.exists(out) && Files.isSameFile(out, frozen.directory())) {
      throw new IllegalArgumentException(
          "--out %s is the model's own directory: --joint writes another model".formatted(out));
    }
  }

  private Map<String, String> fingerprint(PlcConfig config) {
    Map<String, String> fingerprint = settings.fingerprint(frozen.model().revision());
    fingerprint.put("--budgets", choices.budgets().toString());
    fingerprint.put("--regions", choices.trueRegions() ? "true" : "localizer");
    fingerprint.put("--joint", Boolean.toString(choices.joint()));
    fingerprint.put("the network", config.toString());
    return fingerprint;
  }

  private Parameters.Values first(Optional<TrainingCheckpoint> resumed, NDManager memory) {
    return resumed
        .map(from -> from.weights(memory))
        .orElseGet(() -> Trained.first(frozen, new PlcInitializer(settings.seed()), memory));
  }

  private PlcObjective objective(
      VisionLanguageModel model, PlcNetwork network, EncodedPictures<PlcPicture> encoded) {
    PruningMethods methods = new PruningMethods(PruningSettings.DEFAULTS, Optional.of(network));
    return new PlcObjective(
        model,
        methods,
        new PlcDraw(
            encoded.training(),
            choices.budgets(),
            choices.trueRegions(),
            settings.batch(),
            settings.seed()),
        new PlcHeldOut(model, methods, encoded.heldOut()),
        choices.budgets());
  }

  private Map<Integer, PlcScore> scores(
      VisionLanguageModel model,
      String method,
      Optional<PlcNetwork> network,
      EncodedPictures<PlcPicture> encoded) {
    PruningMethods methods = new PruningMethods(PruningSettings.DEFAULTS, network);
    PlcHeldOut heldOut = new PlcHeldOut(model, methods, encoded.heldOut());
    Map<Integer, PlcScore> scores = new LinkedHashMap<>();
    for (int budget : choices.budgets()) {
      scores.put(budget, heldOut.score(method, budget, Integer.MAX_VALUE));
    }
    return scores;
  }

  private EncodedPictures<PlcPicture> encode(
      List<AnswerExample> examples, Pictures pictures, RegionFinder regions, NDManager memory)
      throws IOException {
    Map<String, List<AnswerExample>> questions = new LinkedHashMap<>();
    for (AnswerExample example : examples) {
      questions.computeIfAbsent(example.picture(), name -> new ArrayList<>()).add(example);
    }
    return EncodedPictures.encode(
        frozen.model(),
        questions,
        pictures,
        (image, tokens, asked) -> picture(image, tokens, asked, regions, memory),
        PlcPicture::bytes,
        settings.maxFeatureBytes(),
        listener::encoded);
  }

  private PlcPicture picture(
      RgbImage image,
      VisualTokens tokens,
      List<AnswerExample> asked,
      RegionFinder regions,
      NDManager memory) {
    int largest = choices.budgets().stream().mapToInt(Integer::intValue).max().orElse(0);
    if (largest >= tokens.count()) {
      throw new IllegalArgumentException(
          "--budgets: %d leaves nothing to compress, a picture has %d visual tokens"
              .formatted(largest, tokens.count()));
    }
    List<PlcPicture.Question> questions = new ArrayList<>();
    for (AnswerExample example : asked) {
      questions.add(
          new PlcPicture.Question(
              example.question(), answer(example), regions.find(example, image, tokens)));
    }
    return PlcPicture.of(tokens, questions, memory);
  }

  private int[] answer(AnswerExample example) {
    VisionLanguageModel model = frozen.model();
    int[] words =
        model.tokenizer().encodeText(model.tokenizer().withoutSpecialTokens(example.answer()));
    OptionalInt end = model.endToken();
    int[] all =
        end.isPresent() ? IntStream.concat(IntStream.of(words), end.stream()).toArray() : words;
    if (all.length == 0) {
      throw new IllegalArgumentException(
          "question \"%s\" about %s has an answer of no tokens"
              .formatted(example.question(), example.picture()));
    }
    return all;
  }
}
