package io.cropvqa.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import io.cropvqa.model.golden.Golden;
import io.cropvqa.model.golden.GoldenCheckpoint;
import io.cropvqa.model.golden.GoldenTensors;
import io.cropvqa.pruning.QuestionPruning;
import io.cropvqa.pruning.VisualTokens;
import io.cropvqa.tensor.Torch;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every family computes what transformers computes, checkpoint by checkpoint: see golden/README.md.
 */
class FamilyParityTest {
  private static final List<String> FAMILIES =
      List.of("llava", "llava_next", "smolvlm", "qwen2_vl", "qwen2_5_vl");
  private static final float TOLERANCE = 1e-4f;
  private static final List<String> QUESTIONS =
      List.of("What is on the left of the red car?", "how many cows are there");

  private interface Check {
    void run(
        VisionLanguageModel model,
        NDManager scope,
        GoldenCheckpoint golden,
        GoldenCheckpoint.Case question);
  }

  private static Stream<GoldenCheckpoint> checkpoints() {
    return FAMILIES.stream().flatMap(family -> GoldenCheckpoint.all(family).stream());
  }

  @Test
  void everyFamilyHasSixCheckpoints() {
    for (String family : FAMILIES) {
      assertThat(GoldenCheckpoint.all(family)).as(family).hasSizeGreaterThanOrEqualTo(6);
    }
  }

  @TestFactory
  Stream<DynamicTest> visionFeaturesAreTheReferences() {
    return onEveryCase(
        (model, scope, golden, question) -> {
          VisualTokens tokens = model.encode(Golden.picture(question.picture()), scope);

          GoldenTensors.Tensor expected = golden.imageFeatures(question);
          assertThat(tokens.layout().length()).isEqualTo(expected.shape().get(0));
          assertClose(tokens.embeddings().toFloatArray(), patches(tokens, expected));
        });
  }

  /** The reference's tokens without those that end a row. */
  private static float[] patches(VisualTokens tokens, GoldenTensors.Tensor all) {
    int width = all.shape().get(1);
    int[] places = tokens.layout().patches();
    float[] patches = new float[places.length * width];
    for (int i = 0; i < places.length; i++) {
      System.arraycopy(all.floats(), places[i] * width, patches, i * width, width);
    }
    return patches;
  }

  @TestFactory
  Stream<DynamicTest> prefillLogitsAndGreedyTokensAreTheReferences() {
    return onEveryCase(
        (model, scope, golden, question) -> {
          VisualTokens tokens = model.encode(Golden.picture(question.picture()), scope);
          Prompt prompt = model.prompt(question.question(), tokens, scope);
          assertThat(prompt.length()).isEqualTo(question.inputIds().length);
          assertThat(model.promptIds(question.question(), List.of(tokens)))
              .isEqualTo(question.inputIds());
          QuestionPruning none = QuestionPruning.none(tokens.layout());
          try (Sequence sequence = model.languageModel().sequence(prompt, none)) {
            float[] logits = model.languageModel().step(List.of(sequence))[0];
            assertClose(logits, golden.lastLogits(question).floats());
            assertThat(greedy(model, sequence, logits, question.tokenIds().length))
                .isEqualTo(question.tokenIds());
          }
        });
  }

  /**
   * Positions before the last one show in no answer, but a wrong mask would: a prompt's beginning
   * must give what the whole prompt gives there.
   */
  @TestFactory
  Stream<DynamicTest> prefillLogitsOfEveryPositionAreTheReferences() {
    return checkpoints()
        .filter(golden -> golden.allLogits().isPresent())
        .map(
            golden ->
                DynamicTest.dynamicTest(
                    golden.toString(),
                    () ->
                        run(FamilyParityTest::checkEveryPosition, golden, golden.cases().get(0))));
  }

  private static void checkEveryPosition(
      VisionLanguageModel model,
      NDManager scope,
      GoldenCheckpoint golden,
      GoldenCheckpoint.Case question) {
    VisualTokens tokens = model.encode(Golden.picture(question.picture()), scope);
    Prompt prompt = model.prompt(question.question(), tokens, scope);
    float[] expected = golden.allLogits().orElseThrow().floats(); // [T, V]
    int vocabulary = expected.length / prompt.length();
    for (int t = 0; t < prompt.length(); t++) {
      Prompt beginning = beginning(prompt, t + 1);
      try (Sequence sequence =
          model.languageModel().sequence(beginning, QuestionPruning.none(tokens.layout()))) {
        assertClose(
            model.languageModel().step(List.of(sequence))[0],
            Arrays.copyOfRange(expected, t * vocabulary, (t + 1) * vocabulary));
      }
    }
  }

  private static Prompt beginning(Prompt whole, int length) {
    return new Prompt(
        whole.embeddings().get(":" + length),
        whole.positions().pick(IntStream.range(0, length).toArray()),
        Arrays.copyOf(whole.patches(), length),
        length);
  }

  @Test
  void everyCheckpointIsAskedTwoQuestionsAboutFourPictures() {
    for (GoldenCheckpoint golden : checkpoints().toList()) {
      assertThat(golden.cases()).extracting(GoldenCheckpoint.Case::question).containsAll(QUESTIONS);
      assertThat(golden.cases())
          .extracting(GoldenCheckpoint.Case::picture)
          .containsOnly("wide-grey", "turned", "rgba", "tiny");
      assertThat(golden.cases()).hasSize(8);
    }
  }

  @Test
  void everyCaseGeneratesThirtyTwoTokens() {
    assertThat(checkpoints().flatMap(golden -> golden.cases().stream()))
        .extracting(question -> question.tokenIds().length)
        .containsOnly(32);
  }

  private static Stream<DynamicTest> onEveryCase(Check check) {
    return checkpoints()
        .flatMap(
            golden ->
                golden.cases().stream()
                    .map(
                        question ->
                            DynamicTest.dynamicTest(
                                golden + " " + question.index(),
                                () -> run(check, golden, question))));
  }

  private static void run(Check check, GoldenCheckpoint golden, GoldenCheckpoint.Case question) {
    try (VisionLanguageModel model =
            Checkpoints.open(golden.directory(), Torch.open(Device.cpu()));
        NDManager scope = model.newScope()) {
      check.run(model, scope, golden, question);
    }
  }

  private static int[] greedy(
      VisionLanguageModel model, Sequence sequence, float[] logits, int count) {
    int[] tokens = new int[count];
    float[] next = logits;
    for (int i = 0; i < count; i++) {
      if (i > 0) {
        sequence.append(tokens[i - 1]);
        next = model.languageModel().step(List.of(sequence))[0];
      }
      tokens[i] = Sampler.argMax(next);
    }
    return tokens;
  }

  private static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    double largest =
        IntStream.range(0, actual.length)
            .mapToDouble(i -> Math.abs(actual[i] - expected[i]))
            .max()
            .orElseThrow();
    assertThat(largest).as("largest difference").isLessThanOrEqualTo(TOLERANCE);
  }
}
