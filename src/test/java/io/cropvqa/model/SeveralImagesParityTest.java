package io.cropvqa.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.cropvqa.model.golden.GoldenAlbum;
import io.cropvqa.pruning.QuestionPruning;
import io.cropvqa.pruning.VisualTokens;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every family answers questions about several images as transformers does. */
class SeveralImagesParityTest {
  private static final List<String> FAMILIES =
      List.of("llava", "llava_next", "smolvlm", "qwen2_vl", "qwen2_5_vl");
  private static final float TOLERANCE = 1e-4f;

  private static Stream<GoldenAlbum> albums() {
    return FAMILIES.stream().flatMap(family -> GoldenAlbum.all(family).stream());
  }

  @Test
  void everyFamilyIsAskedAboutTwoImagesAndAboutThree() {
    for (String family : FAMILIES) {
      assertThat(GoldenAlbum.all(family))
          .as(family)
          .extracting(album -> album.pictures().size())
          .contains(2, 3);
    }
    assertThat(albums()).extracting(album -> album.tokenIds().length).containsOnly(32);
  }

  @TestFactory
  Stream<DynamicTest> promptLogitsAndGreedyTokensAreTheReferences() {
    return albums().map(album -> DynamicTest.dynamicTest(album.toString(), () -> check(album)));
  }

  private static void check(GoldenAlbum album) {
    try (TinyModel model = new TinyModel(album.checkpoint())) {
      List<VisualTokens> images = model.tokens(album.pictures());
      assertThat(model.model().promptIds(album.question(), images)).isEqualTo(album.inputIds());
      Prompt prompt = model.prompt(album.question(), images);
      QuestionPruning none =
          QuestionPruning.none(images.stream().map(VisualTokens::layout).toList());
      try (Sequence sequence = model.languageModel().sequence(prompt, none)) {
        float[] logits = step(model, sequence);
        assertThat(logits).containsExactly(album.lastLogits(), within(TOLERANCE));
        int[] tokens = new int[album.tokenIds().length];
        for (int i = 0; i < tokens.length; i++) {
          tokens[i] = Sampler.argMax(logits);
          sequence.append(tokens[i]);
          logits = step(model, sequence);
        }
        assertThat(tokens).isEqualTo(album.tokenIds());
      }
    }
  }

  private static float[] step(TinyModel model, Sequence sequence) {
    return model.languageModel().step(List.of(sequence))[0];
  }
}
