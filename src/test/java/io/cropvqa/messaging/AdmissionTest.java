package io.cropvqa.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** Who goes in, in what order, and which partitions are held up meanwhile. */
class AdmissionTest {
  private static final TopicPartition A = new TopicPartition("q", 0);
  private static final TopicPartition B = new TopicPartition("q", 1);

  private final List<String> held = new ArrayList<>();
  private final List<String> taken = new ArrayList<>();
  private final Admission admission =
      new Admission(
          2,
          4,
          new PartitionFlow() {
            @Override
            public void pause(TopicPartition partition) {
              held.add("pause " + partition.partition());
            }

            @Override
            public void resume(TopicPartition partition) {
              held.add("resume " + partition.partition());
            }
          });

  private CompletableFuture<Optional<String>> enter(
      TopicPartition partition, String source, String name) {
    return admission
        .enter(
            partition,
            source,
            () -> {
              taken.add(name);
              return Optional.of(name);
            })
        .subscribeAsCompletionStage();
  }

  private void enter(TopicPartition partition, String source, int count) {
    for (int i = 1; i <= count; i++) {
      enter(partition, source, source + i);
    }
  }

  private void leave(String source) {
    admission.leave(source);
    admission.published();
  }

  @Test
  void soManyAreOnTheirWayAndTheRestWaitsInOrder() {
    CompletableFuture<Optional<String>> first = enter(A, "me", "first");
    enter(A, "me", 3);

    assertThat(first.join()).contains("first");
    assertThat(taken).containsExactly("first", "me1");
    leave("me");
    leave("me");
    assertThat(taken).containsExactly("first", "me1", "me2", "me3");
  }

  @Test
  void aPlaceIsFreeBeforeTheBrokerHasTheOutcome() {
    enter(A, "me", 3);
    admission.leave("me");
    assertThat(taken).containsExactly("me1", "me2", "me3");
  }

  @Test
  void nobodyGoesInWhileTheBrokerOwesAllPlaces() {
    enter(A, "me", 4);
    admission.leave("me");
    admission.leave("me");
    assertThat(taken).containsExactly("me1", "me2", "me3");
    admission.published();
    assertThat(taken).containsExactly("me1", "me2", "me3", "me4");
  }

  /** The consumer may learn that it is to hold a partition up when it has lost and regained it. */
  @Test
  void aPartitionThatComesBackIsHeldUpNoMore() {
    enter(A, "me", 6);
    assertThat(held).containsExactly("pause 0");
    admission.turnAway(List.of(A, B));
    admission.assigned(List.of(A, B));
    assertThat(held).containsExactly("pause 0", "resume 0");
    admission.assigned(List.of(A));
    assertThat(held).hasSize(2);
  }

  @Test
  void whoeverHasFewestOnTheirWayGoesNext() {
    enter(A, "bulk", 6);
    enter(B, "me", 3);

    leave("bulk");
    leave("bulk");
    assertThat(taken).containsExactly("bulk1", "bulk2", "me1", "bulk3");
    leave("me");
    leave("me");
    assertThat(taken.subList(4, taken.size())).containsExactly("me2", "me3");
  }

  @Test
  void aPartitionIsReadInItsOrderWhoeverAsked() {
    enter(A, "bulk", 3);
    enter(A, "me", 1);

    leave("bulk");
    leave("bulk");
    assertThat(taken).containsExactly("bulk1", "bulk2", "bulk3", "me1");
  }

  @Test
  void aPartitionThatPilesUpIsHeldUpUntilHalfOfItsShareIsGone() {
    enter(A, "bulk", 5);
    assertThat(held).as("three wait").isEmpty();
    enter(A, "bulk", 1);
    assertThat(held).as("four wait").containsExactly("pause 0");
    leave("bulk");
    assertThat(held).as("three wait").hasSize(1);
    leave("bulk");
    assertThat(held).containsExactly("pause 0", "resume 0");
  }

  @Test
  void partitionsShareTheRoom() {
    enter(A, "bulk", 3);
    enter(B, "me", 1);
    assertThat(held).isEmpty();
    enter(A, "bulk", 1);
    assertThat(held).as("two of a room for four, since B waits too").containsExactly("pause 0");
  }

  @Test
  void whoWaitsInAPartitionThatIsGivenAwayIsLeftToTheNext() {
    enter(A, "bulk", 2);
    CompletableFuture<Optional<String>> turnedAway = enter(A, "bulk", "gone");
    CompletableFuture<Optional<String>> other = enter(B, "me", "other");

    admission.turnAway(List.of(A));

    assertThat(turnedAway.join()).isEmpty();
    assertThat(other).isNotDone();
    leave("bulk");
    assertThat(other.join()).contains("other");
    assertThat(taken).doesNotContain("gone");
  }

  @Test
  void onceItIsClosedNobodyGoesIn() {
    enter(A, "me", 2);
    CompletableFuture<Optional<String>> waiting = enter(A, "me", "waiting");

    admission.close();
    leave("me");

    assertThat(waiting.join()).isEmpty();
    assertThat(enter(A, "me", "late").join()).isEmpty();
    assertThat(taken).containsExactly("me1", "me2");
  }
}
