package io.cropvqa.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.cropvqa.model.golden.GoldenCheckpoint;
import io.cropvqa.pruning.PruningMethods;
import io.cropvqa.pruning.VisualLayout;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every pruning method on an image in two grids, of which one has row ends. */
class LlavaNextPruningTest {
  private static final int BUDGET = 12;

  static List<String> methods() {
    return PruningMethods.names().stream().filter(name -> !name.equals("none")).sorted().toList();
  }

  @ParameterizedTest
  @MethodSource("methods")
  void budgetIsMetTextStaysAndRowEndsStayWithTheirRows(String method) {
    GoldenCheckpoint golden = GoldenCheckpoint.of("llava_next", "vicuna");
    GoldenCheckpoint.Case question = golden.cases().get(0);
    try (TinyModel model = new TinyModel(golden);
        Sequence sequence = model.sequence(question, method, BUDGET)) {
      VisualLayout layout = model.tokens(question.picture()).layout();
      model.languageModel().step(List.of(sequence));
      double average =
          sequence.visualTokensPerLayer().stream().mapToInt(Integer::intValue).average().orElse(0);
      assertThat(average).isLessThanOrEqualTo(BUDGET).isGreaterThan(BUDGET - 1);
      int[] rows = sequence.pending().patches();
      assertThat(IntStream.of(rows).filter(row -> row == Prompt.TEXT).count())
          .isEqualTo(question.inputIds().length - layout.length());
      int[] ends =
          IntStream.of(rows).filter(row -> row < Prompt.TEXT).map(Prompt::placeOfRowEnd).toArray();
      assertThat(ends).isEqualTo(layout.rowEndsOf(sequence.keptPatches()));
      assertThat(Arrays.stream(sequence.keptPatches()).noneMatch(layout::isRowEnd)).isTrue();
    }
  }
}
