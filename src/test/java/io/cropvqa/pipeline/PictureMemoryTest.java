package io.cropvqa.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.cropvqa.domain.RgbImage;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class PictureMemoryTest {
  private final PictureMemory memory = new PictureMemory(100);
  private final List<String> begun = new ArrayList<>();

  private final class Question {
    private final CompletableFuture<String> answer = new CompletableFuture<>();
    private final UniAssertSubscriber<String> asked;
    private PictureMemory.Room mine;

    private Question(String name, long bytes) {
      this(name, () -> bytes);
    }

    private Question(String name, LongSupplier bytes) {
      asked =
          memory
              .with(
                  bytes,
                  Runnable::run,
                  room -> {
                    begun.add(name);
                    mine = room;
                    return Uni.createFrom().completionStage(answer);
                  })
              .subscribe()
              .withSubscriber(UniAssertSubscriber.create());
    }
  }

  @Test
  void whoFindsNoRoomWaitsUntilThereIsSome() {
    Question first = new Question("first", 60);
    Question second = new Question("second", 60);
    Question third = new Question("third", 40);
    assertThat(begun).containsExactly("first"); // the third would fit, but came later
    first.answer.complete("a horse");
    first.asked.assertItem("a horse");
    assertThat(begun).containsExactly("first", "second", "third");
    second.answer.complete("a hare");
    third.answer.complete("a hen");
    third.asked.assertItem("a hen");
  }

  @Test
  void whoNeedsMoreThanThereIsGoesAlone() {
    Question small = new Question("small", 1);
    Question huge = new Question("huge", 1_000);
    Question after = new Question("after", 1);
    assertThat(begun).containsExactly("small");
    small.answer.complete("done");
    assertThat(begun).containsExactly("small", "huge");
    huge.answer.complete("done");
    huge.asked.assertItem("done");
    assertThat(begun).containsExactly("small", "huge", "after");
    after.asked.assertNotTerminated();
  }

  @Test
  void whoHasDecodedKeepsWhatItNeeds() {
    Question first = new Question("first", 90);
    Question second = new Question("second", 60);
    first.mine.fill(() -> List.of(picture(7), picture(7)));
    assertThat(begun).containsExactly("first"); // 42 and 60
    first.mine.fill(() -> List.of(picture(7), picture(6)));
    assertThat(begun).containsExactly("first", "second");
    new Question("third", 50);
    first.answer.complete("done");
    assertThat(begun).containsExactly("first", "second"); // 40 are free
    second.answer.complete("done");
    assertThat(begun).containsExactly("first", "second", "third");
  }

  private static RgbImage picture(int pixels) {
    return new RgbImage(pixels, 1, new byte[3 * pixels], "grey");
  }

  @Test
  void whoFailsToDecodeKeepsNothing() {
    Question first = new Question("first", 90);
    new Question("second", 100);
    assertThatThrownBy(
            () ->
                first.mine.fill(
                    () -> {
                      throw new IllegalStateException("damaged");
                    }))
        .hasMessage("damaged");
    assertThat(begun).containsExactly("first", "second");
  }

  /** Another thread may be decoding when a question is given up, and goes on with it. */
  @Test
  void whoIsGivenUpKeepsItsRoomForAsLongAsItDecodes() {
    Question first = new Question("first", 90);
    Question second = new Question("second", 100);
    first.mine.fill(
        () -> {
          first.asked.cancel();
          assertThat(begun).containsExactly("first");
          return List.of(picture(10));
        });
    assertThat(begun).containsExactly("first", "second");
    second.asked.cancel();
    new Question("third", 100);
    assertThat(begun).containsExactly("first", "second", "third");
  }

  /** What it waits to decode may have been decoded for another question meanwhile. */
  @Test
  void whatIsNeededIsAskedAgainWhileItWaits() {
    AtomicLong bytes = new AtomicLong(90);
    Question first = new Question("first", 90);
    new Question("second", bytes::get);
    new Question("third", bytes::get);
    first.mine.fill(
        () -> {
          bytes.set(0);
          return List.of(picture(30));
        });
    assertThat(begun).containsExactly("first", "second", "third");
    new Question("fourth", 11);
    assertThat(begun).doesNotContain("fourth");
  }

  @Test
  void whoFailsGivesItsRoomBack() {
    Question first = new Question("first", 100);
    new Question("second", 100);
    first.answer.completeExceptionally(new IllegalStateException("no worker"));
    first.asked.assertFailedWith(IllegalStateException.class);
    assertThat(begun).containsExactly("first", "second");
  }

  @Test
  void workThatCannotEvenBeginGivesItsRoomBack() {
    memory
        .<String>with(
            () -> 100,
            Runnable::run,
            room -> {
              throw new IllegalStateException("no image");
            })
        .subscribe()
        .withSubscriber(UniAssertSubscriber.create())
        .assertFailedWith(IllegalStateException.class);
    new Question("next", 100);
    assertThat(begun).containsExactly("next");
  }

  @Test
  void whoIsGivenUpGivesItsRoomOrPlaceBack() {
    Question first = new Question("first", 100);
    Question second = new Question("second", 100);
    new Question("third", 50);
    second.asked.cancel();
    assertThat(begun).containsExactly("first");
    first.asked.cancel();
    assertThat(begun).containsExactly("first", "third");
    new Question("fourth", 50);
    assertThat(begun).containsExactly("first", "third", "fourth");
  }

  @Test
  void noRoomAtAllIsRefused() {
    assertThatThrownBy(() -> new PictureMemory(0))
        .hasMessage("crop.image.in-flight-bytes must be at least 1, got 0");
  }
}
