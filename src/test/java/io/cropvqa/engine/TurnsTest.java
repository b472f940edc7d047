package io.cropvqa.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.cropvqa.domain.ImageQuestion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who comes next of those that wait. */
class TurnsTest {
  private final Turns<String> turns = new Turns<>();

  private String add(String source, String name, int priority) {
    turns.add(question(source, priority), name);
    return name;
  }

  private static ImageQuestion question(String source, int priority) {
    return ScriptedAnswering.request("what?", priority, Optional.empty()).question().from(source);
  }

  private List<String> all() {
    List<String> order = new ArrayList<>();
    for (Optional<String> next = turns.poll(); next.isPresent(); next = turns.poll()) {
      order.add(next.get());
    }
    assertThat(turns.isEmpty()).isTrue();
    assertThat(turns.peek()).isEmpty();
    return order;
  }

  @Test
  void ofOneSourceTheHighestPriorityComesFirstAndEqualsInOrder() {
    add("me", "a", 0);
    add("me", "b", 5);
    add("me", "c", 5);
    add("me", "d", -1);

    assertThat(turns.peek()).contains("b");
    assertThat(all()).containsExactly("b", "c", "a", "d");
  }

  @Test
  void sourcesTakeTurnsHoweverUrgentOnesQuestionsAre() {
    add("bulk", "b1", 100);
    add("bulk", "b2", 100);
    add("bulk", "b3", 100);
    add("me", "m1", 0);
    add("me", "m2", 0);

    assertThat(all()).containsExactly("b1", "m1", "b2", "m2", "b3");
  }

  @Test
  void whoComesBackGoesBeforeItsEqualsAndWhoLeavesIsGone() {
    add("me", "a", 0);
    String left = add("me", "b", 0);
    turns.addFirst(question("me", 0), "back");
    turns.addFirst(question("me", -1), "backButLast");

    assertThat(turns.remove(left)).isTrue();
    assertThat(turns.remove(left)).isFalse();
    assertThat(turns.size()).isEqualTo(3);
    assertThat(all()).containsExactly("back", "a", "backButLast");
  }
}
