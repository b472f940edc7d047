package io.cropvqa.pruning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.PruningPlan;
import io.cropvqa.tensor.Torch;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A method is held to its own schedule. */
class QuestionPruningTest {
  private static final PatchGrid GRID = Tokens.grid(3, 3);
  private static final AskedImage IMAGE =
      new AskedImage(VisualLayout.of(GRID), ContextualRegion.WHOLE_IMAGE);
  private static final QuestionWords NO_WORDS = scope -> scope.create(new Shape(0, 1));

  /** Schedules 4 tokens into the model and 2 after its first layer, and keeps as many as told. */
  private record Liar(int compresses, int selects) implements PruningMethod {

    @Override
    public String name() {
      return "liar";
    }

    @Override
    public PruningSchedule schedule(int visualTokens, int layers, int budget) {
      return new PruningSchedule(4, List.of(new PruningSchedule.Cut(1, 2)));
    }

    @Override
    public VisualTokens compress(VisualTokens tokens, int keep, PruningRequest request) {
      return tokens.merge(TokenGroups.singletons(IntStream.range(0, compresses).toArray()));
    }

    @Override
    public TokenGroups select(LayerView layer, int keep, PruningRequest request) {
      return TokenGroups.singletons(IntStream.range(0, selects).toArray());
    }
  }

  /** Schedules both steps and can do neither. */
  private static final class Idler implements PruningMethod {
    @Override
    public String name() {
      return "idler";
    }

    @Override
    public PruningSchedule schedule(int visualTokens, int layers, int budget) {
      return new PruningSchedule(4, List.of(new PruningSchedule.Cut(1, 2)));
    }
  }

  @Test
  void methodThatKeepsItsWordIsLetThrough() {
    try (NDManager scope = Torch.open(Device.cpu())) {
      QuestionPruning honest = pruning(new Liar(4, 2));
      assertThat(honest.compress(Tokens.random(GRID, 2, scope)).patches())
          .containsExactly(0, 1, 2, 3);
      assertThat(honest.cutsAfter(1)).isTrue();
      assertThat(honest.cutsAfter(0)).isFalse();
      assertThat(honest.select(fourTokens(scope), 1).anchors()).containsExactly(0, 1);
    }
  }

  private static LayerView fourTokens(NDManager scope) {
    return new RowsView(scope, 0, 1, 2, 3, -1);
  }

  @Test
  void wrongCountBeforeTheModelIsCaught() {
    try (NDManager scope = Torch.open(Device.cpu())) {
      VisualTokens tokens = Tokens.random(GRID, 2, scope);
      for (int count : new int[] {3, 5}) {
        assertThatThrownBy(() -> pruning(new Liar(count, 2)).compress(tokens))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("liar kept %d visual tokens where it scheduled 4".formatted(count));
      }
    }
  }

  @Test
  void wrongCountInsideTheModelIsCaught() {
    try (NDManager scope = Torch.open(Device.cpu())) {
      LayerView view = fourTokens(scope);
      assertThatThrownBy(() -> pruning(new Liar(4, 3)).select(view, 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("liar kept 3 visual tokens where it scheduled 2");
    }
  }

  @Test
  void stepThatIsScheduledMustBeDone() {
    try (NDManager scope = Torch.open(Device.cpu())) {
      VisualTokens tokens = Tokens.random(GRID, 2, scope);
      assertThatThrownBy(() -> pruning(new Idler()).compress(tokens))
          .hasMessage("idler schedules compression and doesn't do it");
      assertThatThrownBy(() -> pruning(new Idler()).select(fourTokens(scope), 1))
          .hasMessage("idler schedules a cut and doesn't do it");
    }
  }

  /** With a budget for all tokens no method is asked anything, not even for a schedule. */
  @Test
  void budgetForAllTokensAsksNobody() {
    try (NDManager scope = Torch.open(Device.cpu())) {
      VisualTokens tokens = Tokens.random(GRID, 2, scope);
      for (int budget : new int[] {9, 10}) {
        QuestionPruning pruning =
            QuestionPruning.of(
                new Idler(), budget, List.of(IMAGE), NO_WORDS, 4, PruningSettings.DEFAULTS);
        assertThat(pruning.compress(tokens)).isSameAs(tokens);
        assertThat(pruning.schedules().get(0).cuts()).isEmpty();
      }
    }
  }

  /** Keeps the last tokens of an image of 4, before the model or after its first layer. */
  private record Tail(boolean inside) implements PruningMethod {
    @Override
    public String name() {
      return "tail";
    }

    @Override
    public PruningSchedule schedule(int visualTokens, int layers, int budget) {
      return inside
          ? new PruningSchedule(visualTokens, List.of(new PruningSchedule.Cut(1, budget)))
          : PruningSchedule.before(budget);
    }

    private static TokenGroups last(int keep, int count) {
      return TokenGroups.singletons(IntStream.range(count - keep, count).toArray());
    }

    @Override
    public VisualTokens compress(VisualTokens tokens, int keep, PruningRequest request) {
      assertThat(tokens.layout()).isEqualTo(request.layout());
      return tokens.merge(last(keep, tokens.count()));
    }

    @Override
    public TokenGroups select(LayerView layer, int keep, PruningRequest request) {
      assertThat(layer.patches()).isEqualTo(request.layout().patches());
      return last(keep, layer.patches().length);
    }
  }

  /** Images of 2, 4 and 6 tokens and a budget of 6: quotas of 1, 2 and 3. */
  @Test
  void everyImageIsPrunedByItself() {
    try (NDManager scope = Torch.open(Device.cpu())) {
      List<VisualLayout> layouts =
          IntStream.of(2, 4, 6).mapToObj(n -> VisualLayout.of(Tokens.grid(1, n))).toList();
      List<VisualTokens> tokens =
          layouts.stream().map(layout -> Tokens.random(layout, 2, scope)).toList();
      assertThat(pruning(new Tail(false), layouts).compress(tokens))
          .extracting(VisualTokens::patches)
          .containsExactly(new int[] {1}, new int[] {2, 3}, new int[] {3, 4, 5});

      QuestionPruning inside = pruning(new Tail(true), layouts);
      assertThat(inside.compress(tokens)).isEqualTo(tokens);
      LayerView view = new RowsView(scope, 0, 1, -1, 2, 3, 4, 5, -1, 6, 7, 8, 9, 10, 11, -1);
      assertThat(inside.select(view, 1).anchors()).containsExactly(1, 4, 5, 9, 10, 11);
    }
  }

  private static QuestionPruning pruning(PruningMethod method, List<VisualLayout> layouts) {
    List<AskedImage> images =
        layouts.stream()
            .map(layout -> new AskedImage(layout, ContextualRegion.WHOLE_IMAGE))
            .toList();
    return QuestionPruning.of(method, 6, images, NO_WORDS, 4, PruningSettings.DEFAULTS);
  }

  @Test
  void budgetNeedsAToken() {
    assertThatThrownBy(() -> new PruningPlan("crop", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("at least 1 visual token, got 0");
  }

  private static QuestionPruning pruning(PruningMethod method) {
    return QuestionPruning.of(method, 3, List.of(IMAGE), NO_WORDS, 4, PruningSettings.DEFAULTS);
  }
}
