package io.cropvqa.pruning;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.tensor.Torch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which tokens Inner-LLM Pruning chooses, given attention and hidden states. */
class InnerLlmPruningTest {
  private static final PatchGrid GRID = Tokens.grid(4, 4);
  private static final ContextualRegion UPPER_HALF = new ContextualRegion(0, 0, 7, 3);
  private static final ContextualRegion CORNER = new ContextualRegion(0, 0, 3, 3);

  private NDManager scope;

  @BeforeEach
  void open() {
    scope = Torch.open(Device.cpu());
  }

  @AfterEach
  void close() {
    scope.close();
  }

  /** Row 0 and the last are text, the others patches 0..15; token i is attended to as asked. */
  private final class View implements LayerView {
    private final float[] attention;
    private boolean asked;

    View(float... attentionToPatches) {
      attention = new float[GRID.size() + 2];
      System.arraycopy(attentionToPatches, 0, attention, 1, attentionToPatches.length);
    }

    @Override
    public int[] patches() {
      return IntStream.range(0, GRID.size()).toArray();
    }

    @Override
    public int[] visualRows() {
      return IntStream.rangeClosed(1, GRID.size()).toArray();
    }

    /** Patches 12 to 15 point elsewhere than all others. */
    @Override
    public NDArray states() {
      float[] states = new float[(GRID.size() + 2) * 5];
      for (int row = 0; row < GRID.size() + 2; row++) {
        int patch = row - 1;
        states[row * 5 + (patch >= 12 && patch < 16 ? patch - 11 : 0)] = 1;
      }
      return scope.create(states, new Shape(GRID.size() + 2, 5));
    }

    @Override
    public NDArray attention(int... rows) {
      assertThat(rows).as("the last row alone").containsExactly(GRID.size() + 1);
      asked = true;
      return scope.create(attention, new Shape(1, attention.length));
    }
  }

  @Test
  void largeRegionIsRankedByAttentionInside() {
    View view = new View(.01f, .09f, .02f, .08f, .03f, .07f, .04f, .06f, .5f, .5f);
    assertThat(select(view, 3, UPPER_HALF)).containsExactly(1, 3, 5);
  }

  @Test
  void smallRegionIsKeptWholeAndFilledWithWhatIsUnlikeIt() {
    View view = new View();
    assertThat(select(view, 8, CORNER)).containsExactly(0, 1, 4, 5, 12, 13, 14, 15);
    assertThat(view.asked).as("ranking isn't paid for").isFalse();
  }

  @Test
  void regionOfJustTheSizeIsKept() {
    assertThat(select(new View(), 4, CORNER)).containsExactly(0, 1, 4, 5);
  }

  @Test
  void wholeImageIsRankedByAttention() {
    View view = new View(0, 0, .1f, 0, 0, 0, 0, 0, 0, 0, 0, .2f, 0, 0, 0, .3f);
    assertThat(select(view, 3, ContextualRegion.WHOLE_IMAGE)).containsExactly(2, 11, 15);
  }

  private static int[] select(LayerView view, int keep, ContextualRegion region) {
    return new InnerLlmPruning(PruningSettings.DEFAULTS)
        .select(view, keep, Tokens.request(GRID, region, 0))
        .anchors();
  }
}
