package io.cropvqa.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.cropvqa.model.golden.GoldenAttention;
import io.cropvqa.model.golden.GoldenCheckpoint;
import io.cropvqa.pruning.EncoderView;
import io.cropvqa.pruning.QuestionPruning;
import io.cropvqa.pruning.VisualTokens;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** What is recomputed of attention maps is what transformers' whole maps hold. */
class GoldenAttentionTest {

  @TestFactory
  Stream<DynamicTest> lastTokenAttendsAsInTheReference() {
    return onEveryCase(
        GoldenAttention.FAMILIES,
        (model, golden, question) -> {
          VisualTokens tokens = model.tokens(question.picture());
          Prompt prompt = model.prompt(question.question(), tokens);
          QuestionPruning none = QuestionPruning.none(tokens.layout());
          try (Sequence sequence = model.languageModel().sequence(prompt, none)) {
            assertClose(
                model.languageModel().attentionOfLast(sequence, GoldenAttention.layer(model)),
                GoldenAttention.ofLastToken(golden, question));
          }
        });
  }

  /**
   * Class tokens, SigLIP's patches, tiles, windows, rotated rows and columns, and several patches a
   * token among them.
   */
  @TestFactory
  Stream<DynamicTest> towersAttendAsInTheReference() {
    return onEveryCase(
        List.of("llava", "smolvlm", "qwen2_vl", "qwen2_5_vl"),
        (model, golden, question) -> {
          EncoderView encoder = model.tokens(question.picture()).encoder().orElseThrow();
          assertClose(encoder.attention(), GoldenAttention.received(golden, question));
        });
  }

  @TestFactory
  Stream<DynamicTest> keysAreTheReferences() {
    return onEveryCase(
        List.of("qwen2_vl", "qwen2_5_vl"),
        (model, golden, question) -> {
          VisualTokens tokens = model.tokens(question.picture());
          EncoderView encoder = tokens.encoder().orElseThrow();
          assertClose(
              encoder.keys(tokens.embeddings().getManager()).toFloatArray(),
              GoldenAttention.keys(golden, question));
        });
  }

  private interface Check {
    void run(TinyModel model, GoldenCheckpoint golden, GoldenCheckpoint.Case question);
  }

  private static Stream<DynamicTest> onEveryCase(List<String> families, Check check) {
    return families.stream()
        .flatMap(family -> GoldenAttention.checkpoints(family).stream())
        .flatMap(
            golden ->
                golden.cases().stream()
                    .limit(GoldenAttention.CASES)
                    .map(
                        question ->
                            DynamicTest.dynamicTest(
                                golden + " " + question.index(),
                                () -> {
                                  try (TinyModel model = new TinyModel(golden)) {
                                    check.run(model, golden, question);
                                  }
                                })));
  }

  private static void assertClose(float[] actual, float[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat(actual[i]).isCloseTo(expected[i], within(1e-5f));
    }
  }
}
