package io.cropvqa.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.model.golden.GoldenAlbum;
import io.cropvqa.pruning.PruningMethods;
import io.cropvqa.pruning.PruningSettings;
import io.cropvqa.pruning.QuestionPruning;
import io.cropvqa.pruning.VisualLayout;
import io.cropvqa.pruning.VisualTokens;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What every pruning method does to a question about several images, in every family. */
class SeveralImagesPruningTest {
  private static final List<String> FAMILIES =
      List.of("llava", "llava_next", "smolvlm", "qwen2_vl", "qwen2_5_vl");
  private static final ContextualRegion CORNER = TinyModel.REGION;
  private static final ContextualRegion OPPOSITE = new ContextualRegion(4, 4, 7, 7);
  private static final int NEW_TOKENS = 4;

  private interface Law {
    void check(TinyModel model, GoldenAlbum album, String method);
  }

  @TestFactory
  Stream<DynamicTest> everyImageMeetsItsQuotaAndTheyMeetTheBudget() {
    return forAll(
        pruning(),
        (model, album, method) -> {
          List<VisualTokens> images = model.tokens(album.pictures());
          int all = size(images);
          for (int budget : new int[] {images.size(), all / 5, all / 2, all - 1}) {
            QuestionPruning pruning = pruning(model, album, method, budget, CORNER);
            double averages = 0;
            for (int image = 0; image < images.size(); image++) {
              int tokens = images.get(image).count();
              double average = pruning.schedules().get(image).average(model.layers());
              double share = (double) budget * tokens / all;
              assertThat(average)
                  .as("image %d of %s at %d", image, album, budget)
                  .isGreaterThan(Math.floor(share) - 1)
                  .isLessThanOrEqualTo(Math.max(1, Math.ceil(share)));
              averages += average;
            }
            assertThat(averages).isLessThanOrEqualTo(budget).isGreaterThan(budget - images.size());
            assertScheduleRan(model, album, images, pruning);
          }
        });
  }

  /** What each layer works on is what was scheduled for all images, and text is all there. */
  private static void assertScheduleRan(
      TinyModel model, GoldenAlbum album, List<VisualTokens> images, QuestionPruning pruning) {
    VisualLayout layout = pruning.layout();
    try (Sequence sequence = sequence(model, album, images, pruning)) {
      step(model, sequence);
      int[] scheduled = new int[model.layers()];
      pruning.schedules().stream()
          .map(schedule -> schedule.perLayer(model.layers()))
          .forEach(image -> Arrays.setAll(scheduled, layer -> scheduled[layer] + image[layer]));
      assertThat(sequence.visualTokensPerLayer())
          .isEqualTo(IntStream.of(scheduled).boxed().toList());
      int[] rows = sequence.pending().patches();
      assertThat(IntStream.of(rows).filter(row -> row == Prompt.TEXT).count())
          .isEqualTo(album.inputIds().length - layout.length());
      assertThat(sequence.keptPatches()).isSorted().doesNotHaveDuplicates();
      int[] ends =
          IntStream.of(rows).filter(row -> row < Prompt.TEXT).map(Prompt::placeOfRowEnd).toArray();
      assertThat(ends).isEqualTo(layout.rowEndsOf(sequence.keptPatches()));
      int last = model.layers() - 1;
      for (int image = 0; image < images.size(); image++) {
        int from = joined(images.subList(0, image)).length();
        int to = joined(images.subList(0, image + 1)).length();
        assertThat(between(from, to, sequence.keptPatches()))
            .as("places of image %d", image)
            .hasSize(pruning.schedules().get(image).perLayer(model.layers())[last]);
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> budgetOfAllTokensChangesNoBit() {
    return forAll(
        PruningMethods.names().stream().toList(),
        (model, album, method) -> {
          int all = size(model.tokens(album.pictures()));
          float[][] unpruned = answer(model, album, "none", all);
          for (int budget : new int[] {all, all + 7}) {
            assertThat(answer(model, album, method, budget)).isDeepEqualTo(unpruned);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> prunedAnswersAreTheSameEachTime() {
    return forAll(
        pruning(),
        (model, album, method) -> {
          int budget = size(model.tokens(album.pictures())) / 4;
          float[][] once = answer(model, album, method, budget);
          assertThat(answer(model, album, method, budget)).isDeepEqualTo(once);
        });
  }

  /**
   * Where another image's region lies changes nothing before the model, nor in a first cut, whose
   * layers ran on tokens that no region chose.
   */
  @TestFactory
  Stream<DynamicTest> imagesArePrunedWhateverTheRegionsOfOthers() {
    return forAll(
        pruning(),
        (model, album, method) -> {
          List<VisualTokens> images = model.tokens(album.pictures());
          int budget = size(images) / 3;
          QuestionPruning one = pruning(model, album, method, budget, CORNER, OPPOSITE, CORNER);
          QuestionPruning other = pruning(model, album, method, budget, OPPOSITE, OPPOSITE, CORNER);
          List<VisualTokens> compressed = one.compress(images);
          List<VisualTokens> otherwise = other.compress(images);
          for (int image = 1; image < images.size(); image++) {
            assertThat(otherwise.get(image).patches()).isEqualTo(compressed.get(image).patches());
            assertThat(otherwise.get(image).embeddings().toFloatArray())
                .isEqualTo(compressed.get(image).embeddings().toFloatArray());
          }
          if (method.equals("ilp")) {
            int[] kept = kept(model, album, images, one);
            int[] keptOtherwise = kept(model, album, images, other);
            for (int image : cutFirst(one)) {
              VisualLayout before = joined(images.subList(0, image));
              VisualLayout upTo = joined(images.subList(0, image + 1));
              if (image > 0) {
                assertThat(between(before.length(), upTo.length(), keptOtherwise))
                    .isEqualTo(between(before.length(), upTo.length(), kept));
              }
            }
          }
        });
  }

  /** Those images that no other is cut before. */
  private static int[] cutFirst(QuestionPruning pruning) {
    List<Integer> cuts =
        pruning.schedules().stream().map(schedule -> schedule.cuts().get(0).afterLayers()).toList();
    int first = Collections.min(cuts);
    return IntStream.range(0, cuts.size()).filter(image -> cuts.get(image) == first).toArray();
  }

  /** Places of the tokens that the last layer works on. */
  private static int[] kept(
      TinyModel model, GoldenAlbum album, List<VisualTokens> images, QuestionPruning pruning) {
    try (Sequence sequence = sequence(model, album, images, pruning)) {
      step(model, sequence);
      return sequence.keptPatches();
    }
  }

  private static int[] between(int from, int to, int[] places) {
    return IntStream.of(places).filter(place -> from <= place && place < to).toArray();
  }

  private static VisualLayout joined(List<VisualTokens> images) {
    return VisualLayout.joined(images.stream().map(VisualTokens::layout).toList());
  }

  @Test
  void regionsAreThoseOfTheirImages() {
    GoldenAlbum album = albums().findFirst().orElseThrow();
    try (TinyModel model = new TinyModel(album.checkpoint())) {
      List<VisualTokens> images = model.tokens(album.pictures());
      int budget = size(images) / 2;
      List<VisualTokens> compressed =
          pruning(model, album, "plc-pool", budget, CORNER, OPPOSITE, CORNER).compress(images);
      for (int image = 0; image < images.size(); image++) {
        VisualLayout layout = images.get(image).layout();
        ContextualRegion region = image == 1 ? OPPOSITE : CORNER;
        int[] inside =
            IntStream.of(layout.patches())
                .filter(place -> layout.isInside(place, region))
                .toArray();
        assertThat(inside).isNotEmpty();
        assertThat(compressed.get(image).patches()).contains(inside);
      }
    }
  }

  /** A question about three images beside one about the first of them. */
  @TestFactory
  Stream<DynamicTest> questionsAboutFewAndManyImagesShareABatch() {
    return forAll(
        pruning(),
        (model, album, method) -> {
          List<VisualTokens> many = model.tokens(album.pictures());
          List<VisualTokens> few = many.subList(0, 1);
          float[] manyAlone = first(model, album, many, method);
          float[] fewAlone = first(model, album, few, method);
          try (Sequence one = sequence(model, album, few, third(model, album, few, method));
              Sequence other = sequence(model, album, many, third(model, album, many, method))) {
            float[][] together = model.languageModel().step(List.of(one, other));
            assertThat(together[0]).containsExactly(fewAlone, within(1e-4f));
            assertThat(together[1]).containsExactly(manyAlone, within(1e-4f));
          }
        });
  }

  private static float[] first(
      TinyModel model, GoldenAlbum album, List<VisualTokens> images, String method) {
    try (Sequence alone = sequence(model, album, images, third(model, album, images, method))) {
      return step(model, alone);
    }
  }

  private static QuestionPruning third(
      TinyModel model, GoldenAlbum album, List<VisualTokens> images, String method) {
    List<ContextualRegion> regions = Collections.nCopies(images.size(), CORNER);
    return model.pruning(
        album.question(), method, size(images) / 3, images, regions, PruningSettings.DEFAULTS);
  }

  private static QuestionPruning pruning(
      TinyModel model, GoldenAlbum album, String method, int budget, ContextualRegion... regions) {
    List<VisualTokens> images = model.tokens(album.pictures());
    List<ContextualRegion> each =
        regions.length == 1 ? Collections.nCopies(images.size(), regions[0]) : List.of(regions);
    return model.pruning(album.question(), method, budget, images, each, PruningSettings.DEFAULTS);
  }

  private static Sequence sequence(
      TinyModel model, GoldenAlbum album, List<VisualTokens> images, QuestionPruning pruning) {
    Prompt prompt = model.prompt(album.question(), pruning.compress(images));
    return model.languageModel().sequence(prompt, pruning);
  }

  /** Logits of the prompt and of some tokens after it. */
  private static float[][] answer(TinyModel model, GoldenAlbum album, String method, int budget) {
    float[][] answer = new float[NEW_TOKENS][];
    List<VisualTokens> images = model.tokens(album.pictures());
    QuestionPruning pruning = pruning(model, album, method, budget, CORNER);
    try (Sequence sequence = sequence(model, album, images, pruning)) {
      for (int token = 0; token < NEW_TOKENS; token++) {
        answer[token] = step(model, sequence);
        sequence.append(Sampler.argMax(answer[token]));
      }
    }
    return answer;
  }

  private static float[] step(TinyModel model, Sequence sequence) {
    return model.languageModel().step(List.of(sequence))[0];
  }

  private static int size(List<VisualTokens> images) {
    return images.stream().mapToInt(VisualTokens::count).sum();
  }

  private static List<String> pruning() {
    return PruningMethods.names().stream().filter(name -> !name.equals("none")).toList();
  }

  /** Three pictures in each family, asked of a decoder of four layers. */
  private static Stream<GoldenAlbum> albums() {
    return FAMILIES.stream()
        .flatMap(family -> GoldenAlbum.all(family).stream())
        .filter(album -> album.pictures().size() == 3)
        .filter(album -> album.checkpoint().name().endsWith("sharded-bf16"));
  }

  private static Stream<DynamicTest> forAll(List<String> methods, Law law) {
    return albums()
        .flatMap(
            album ->
                methods.stream()
                    .map(
                        method ->
                            DynamicTest.dynamicTest(
                                method + " on " + album, () -> check(law, album, method))));
  }

  private static void check(Law law, GoldenAlbum album, String method) {
    try (TinyModel model = new TinyModel(album.checkpoint())) {
      law.check(model, album, method);
    }
  }
}
