package io.cropvqa.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.model.golden.Golden;
import io.cropvqa.model.golden.GoldenCheckpoint;
import io.cropvqa.pruning.PositionIds;
import io.cropvqa.pruning.PruningSettings;
import io.cropvqa.pruning.QuestionPruning;
import io.cropvqa.pruning.VisualTokens;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What holds for the decoder whatever its weights are. */
class LanguageModelTest {
  private static final GoldenCheckpoint GOLDEN =
      GoldenCheckpoint.of("llava", "gqa-tied-sharded-bf16");
  private static final GoldenCheckpoint.Case QUESTION = GOLDEN.cases().get(0);

  @Test
  void cachedEqualsUncached() {
    int next = 17;
    try (TinyModel model = new TinyModel(GOLDEN)) {
      VisualTokens tokens = model.tokens(QUESTION.picture());
      Prompt prompt = model.prompt(QUESTION.question(), tokens);
      Prompt longer = with(prompt, next, model);
      QuestionPruning none = QuestionPruning.none(tokens.layout());
      try (Sequence cached = model.languageModel().sequence(prompt, none);
          Sequence uncached = model.languageModel().sequence(longer, none)) {
        model.languageModel().step(List.of(cached));
        cached.append(next);
        assertClose(step(model, cached), step(model, uncached));
      }
    }
  }

  private static Prompt with(Prompt prompt, int token, TinyModel model) {
    NDManager scope = prompt.embeddings().getManager();
    NDArray extra = model.languageModel().embed(new int[] {token}, scope);
    return prompt.followedBy(extra);
  }

  /** A cut before the first layer is the same as giving the decoder only the kept tokens. */
  @Test
  void cutBeforeTheFirstLayerEqualsAShorterPrompt() {
    PruningSettings atOnce =
        new PruningSettings(0, 0.25, true, 0.85, PruningSettings.Crop.DEFAULTS, 0)
            .with(PositionIds.KEEP);
    try (TinyModel model = new TinyModel(GOLDEN);
        Sequence cut = model.sequence(QUESTION, "ilp", 6, TinyModel.REGION, atOnce)) {
      float[] logits = step(model, cut);
      VisualTokens kept = only(cut.keptPatches(), model.tokens(QUESTION.picture()));
      Prompt prompt = model.prompt(QUESTION.question(), kept);
      try (Sequence shorter =
          model.languageModel().sequence(prompt, QuestionPruning.none(kept.layout()))) {
        assertClose(logits, step(model, shorter));
        assertThat(cut.visualTokensPerLayer()).containsOnly(6);
      }
    }
  }

  private static VisualTokens only(int[] patches, VisualTokens all) {
    NDList rows = new NDList();
    for (int patch : patches) {
      rows.add(all.embeddings().get(patch + ":" + (patch + 1)));
    }
    NDArray kept =
        rows.size() == 1
            ? rows.get(0)
            : rows.get(0).getNDArrayInternal().concat(rows.subNDList(1), 0);
    return new VisualTokens(kept, patches, all.layout());
  }

  /**
   * With the early layers' keys and values kept, only later layers forget; with them cut, all do.
   */
  @Test
  void cutShortensTheCacheOfTheLayersItMay() {
    int budget = 3 * GOLDEN.imageTokens() / 4;
    long perToken;
    try (TinyModel model = new TinyModel(GOLDEN);
        Sequence compact = cutAfterTwo(model, budget, true);
        Sequence spread = cutAfterTwo(model, budget, false)) {
      perToken = model.languageModel().config().kvBytesPerTokenAndLayer();
      assertThat(step(model, compact)).isEqualTo(step(model, spread));
      int first = compact.tokensPerLayer().get(0);
      int last = compact.tokensPerLayer().get(model.layers() - 1);
      assertThat(last).isLessThan(first);
      assertThat(compact.kvCacheBytes()).isEqualTo(perToken * last * model.layers());
      assertThat(spread.kvCacheBytes())
          .isEqualTo(perToken * (2L * first + (model.layers() - 2L) * last));
      compact.append(5);
      spread.append(5);
      assertThat(step(model, compact)).hasSameSizeAs(step(model, spread));
    }
  }

  private static Sequence cutAfterTwo(TinyModel model, int budget, boolean compactEarlyKv) {
    PruningSettings settings =
        new PruningSettings(2, 0.25, compactEarlyKv, 0.85, PruningSettings.Crop.DEFAULTS, 0);
    return model.sequence(QUESTION, "ilp", budget, TinyModel.REGION, settings);
  }

  /** ILP keeps the region before anything else, and ranks inside it when it's too large. */
  @Test
  void innerPruningKeepsTheRegionFirst() {
    try (TinyModel model = new TinyModel(GOLDEN);
        Sequence roomy = model.sequence(QUESTION, "ilp", GOLDEN.imageTokens() - 2);
        Sequence tight =
            model.sequence(
                QUESTION, "ilp", 2, new ContextualRegion(0, 0, 7, 3), PruningSettings.DEFAULTS)) {
      VisualTokens tokens = model.tokens(QUESTION.picture());
      step(model, roomy);
      int[] region =
          IntStream.range(0, tokens.count())
              .filter(token -> tokens.layout().isInside(token, TinyModel.REGION))
              .toArray();
      assertThat(roomy.keptPatches()).contains(region);
      step(model, tight);
      ContextualRegion upperHalf = new ContextualRegion(0, 0, 7, 3);
      assertThat(Arrays.stream(tight.keptPatches()).boxed())
          .allMatch(token -> tokens.layout().isInside(token, upperHalf));
    }
  }

  @Test
  void everyQuestionFreesWhatItUsed() {
    try (TinyModel tiny = new TinyModel(GOLDEN)) {
      VisionLanguageModel model = tiny.model();
      int before = arraysHeld(model);
      for (int i = 0; i < 3; i++) {
        try (NDManager scope = model.newScope()) {
          VisualTokens tokens = model.encode(Golden.picture(QUESTION.picture()), scope);
          QuestionPruning pruning =
              tiny.pruning(QUESTION, "crop", 5, tokens, TinyModel.REGION, PruningSettings.DEFAULTS);
          Prompt prompt = model.prompt(QUESTION.question(), pruning.compress(tokens), scope);
          try (Sequence sequence = model.languageModel().sequence(prompt, pruning)) {
            step(tiny, sequence);
            sequence.append(3);
            step(tiny, sequence);
          }
        }
      }
      assertThat(arraysHeld(model)).isEqualTo(before);
    }
  }

  /** Native arrays that the model and everything below it hold. */
  private static int arraysHeld(VisionLanguageModel model) {
    try (NDManager scope = model.newScope()) {
      return scope.getParentManager().getManagedArrays().size();
    }
  }

  @Test
  void tokenOutsideTheVocabularyIsRefused() {
    try (TinyModel model = new TinyModel(GOLDEN);
        NDManager scope = model.model().newScope()) {
      int vocabulary = model.languageModel().config().vocabSize();
      assertThatThrownBy(() -> model.languageModel().embed(new int[] {vocabulary}, scope))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("vocabulary of " + vocabulary);
    }
  }

  private static float[] step(TinyModel model, Sequence sequence) {
    return model.languageModel().step(List.of(sequence))[0];
  }

  private static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(1e-4f));
    }
  }

  /** An answer that is known goes in at once, and says at each token what step after step says. */
  @Test
  void knownAnswerGoesInWithThePrompt() {
    int[] answer = {7, 5, 11};
    try (TinyModel model = new TinyModel(GOLDEN);
        Sequence slow = model.sequence(QUESTION, "plc-pool", 5);
        NDManager scope = model.model().newScope()) {
      QuestionPruning pruning =
          model.pruning(
              QUESTION,
              "plc-pool",
              5,
              model.tokens(QUESTION.picture()),
              TinyModel.REGION,
              PruningSettings.DEFAULTS);
      VisualTokens tokens = pruning.compress(model.tokens(QUESTION.picture()));
      Prompt prompt = model.prompt(QUESTION.question(), tokens);
      NDArray words = model.languageModel().embed(answer, scope);
      try (Sequence fast = model.languageModel().sequence(prompt.followedBy(words), pruning)) {
        float[] all =
            model.languageModel().step(List.of(fast), new int[] {4}, scope).toFloatArray();
        int vocabulary = all.length / 4;
        assertClose(Arrays.copyOf(all, vocabulary), step(model, slow));
        for (int i = 0; i < answer.length; i++) {
          slow.append(answer[i]);
          assertClose(
              Arrays.copyOfRange(all, (i + 1) * vocabulary, (i + 2) * vocabulary),
              step(model, slow));
        }
      }
    }
  }
}
