package io.cropvqa.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.model.golden.GoldenCheckpoint;
import io.cropvqa.model.layers.Positions;
import io.cropvqa.model.processing.ChatTemplate;
import io.cropvqa.model.processing.PromptEncoder;
import io.cropvqa.pruning.VisualTokens;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PromptBuilderTest {
  private static final GoldenCheckpoint GOLDEN = GoldenCheckpoint.of("llava", "mha-untied");
  private static final GoldenCheckpoint.Case QUESTION = GOLDEN.cases().get(0);
  private static final int N = GOLDEN.imageTokens();

  private TinyModel model;
  private VisualTokens tokens;
  private int textBefore;
  private int textAfter;

  @BeforeEach
  void open() {
    model = new TinyModel(GOLDEN);
    tokens = model.tokens(QUESTION.picture());
    int[] ids = QUESTION.inputIds();
    int imageToken = Arrays.stream(ids).filter(id -> count(ids, id) == N).findFirst().orElseThrow();
    textBefore = IntStream.range(0, ids.length).filter(i -> ids[i] == imageToken).min().getAsInt();
    textAfter = ids.length - textBefore - N;
  }

  private static long count(int[] ids, int id) {
    return Arrays.stream(ids).filter(other -> other == id).count();
  }

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void textAndPatchesAreNumberedOneAfterAnother() {
    Prompt prompt = model.prompt(QUESTION.question(), tokens);
    int all = textBefore + N + textAfter;
    assertThat(prompt.positions()).isEqualTo(Positions.text(1, 0, all));
    assertThat(prompt.nextPosition()).isEqualTo(all);
    int[] patches = prompt.patches();
    assertThat(Arrays.copyOfRange(patches, textBefore, textBefore + N))
        .isEqualTo(IntStream.range(0, N).toArray());
    assertThat(IntStream.of(patches).filter(patch -> patch == Prompt.TEXT).count())
        .isEqualTo(textBefore + textAfter);
    NDArray visual = prompt.embeddings().get(textBefore + ":" + (textBefore + N));
    assertThat(visual.toFloatArray()).isEqualTo(tokens.embeddings().toFloatArray());
  }

  /**
   * What is kept stays at its place, the text after it too, and the answer begins where it would.
   */
  @Test
  void droppedTokensLeaveGaps() {
    NDArray two = tokens.embeddings().get("0:2");
    VisualTokens kept = new VisualTokens(two, new int[] {7, 9}, tokens.layout());
    Prompt prompt = model.prompt(QUESTION.question(), kept);
    assertThat(prompt.length()).isEqualTo(textBefore + 2 + textAfter);
    assertThat(Arrays.copyOfRange(prompt.positions().axis(0), textBefore, textBefore + 3))
        .containsExactly(textBefore + 7, textBefore + 9, textBefore + N);
    assertThat(Arrays.copyOfRange(prompt.patches(), textBefore, textBefore + 3))
        .containsExactly(7, 9, Prompt.TEXT);
    assertThat(prompt.nextPosition()).isEqualTo(textBefore + N + textAfter);
    assertThat(prompt.unprunedLength()).isEqualTo(textBefore + N + textAfter);
  }

  @Test
  void templateMustHaveOneImage() {
    PromptEncoder encoder =
        new PromptEncoder(ChatTemplate.load(GOLDEN.directory()), model.model().tokenizer());
    int neverWritten = model.languageModel().config().vocabSize();
    PromptBuilder builder =
        new PromptBuilder(encoder, model.languageModel(), () -> neverWritten, Optional.empty());
    try (NDManager scope = model.model().newScope()) {
      assertThatThrownBy(() -> builder.build("what?", List.of(tokens), scope))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("(id %d)".formatted(neverWritten))
          .hasMessageEndingWith("it put 0");
    }
  }

  @Test
  void rowsNeedAsManyPositionsAndPatches() {
    NDArray three = tokens.embeddings().getManager().zeros(new Shape(3, 4));
    assertThatThrownBy(() -> new Prompt(three, Positions.of(0, 0, 0), new int[2], 3))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("3 rows need as many positions (3), patches (2) and members (2)");
  }
}
