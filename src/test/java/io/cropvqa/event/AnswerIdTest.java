package io.cropvqa.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.cropvqa.domain.PruningPlan;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnswerIdTest {
  private static final PruningPlan PLAN = new PruningPlan("crop", 64);

  @Test
  void theSameAnswerHasTheSameId() {
    // Pinned: readers that remember ids across an upgrade must go on recognizing them.
    assertThat(AnswerId.of("shop", "q-17", "abc", PLAN))
        .isEqualTo(AnswerId.of("shop", "q-17", "abc", new PruningPlan("crop", 64)))
        .isEqualTo("b9cf8455ec6326f645e8aa2944150c17");
  }

  @Test
  void whateverChangesTheAnswerChangesItsId() {
    List<String> ids =
        List.of(
            AnswerId.of("shop", "q-17", "abc", PLAN),
            AnswerId.of("shopq", "-17", "abc", PLAN),
            AnswerId.of("farm", "q-17", "abc", PLAN),
            AnswerId.of("shop", "q-18", "abc", PLAN),
            AnswerId.of("shop", "q-17", "abd", PLAN),
            AnswerId.of("shop", "q-17", "abc", new PruningPlan("crop", 65)),
            AnswerId.of("shop", "q-17", "abc", new PruningPlan("fastv", 64)));

    assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("[0-9a-f]{32}"));
  }
}
