package io.cropvqa.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeyOrderTest {
  private static final int AT_ONCE = 16;

  private final KeyOrder order = new KeyOrder();
  private final List<String> done = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger mostRunning = new AtomicInteger();

  @Test
  void questionsOfAKeyFollowOneAnotherAndThoseOfOthersDoNotWait() {
    List<String> asked = IntStream.range(0, 400).mapToObj(i -> i % 11 + "-" + i / 11).toList();

    run(asked);

    for (int key = 0; key < 11; key++) {
      String prefix = key + "-";
      assertThat(done.stream().filter(name -> name.startsWith(prefix)))
          .containsExactlyElementsOf(
              asked.stream().filter(name -> name.startsWith(prefix)).toList());
    }
    assertThat(mostRunning.get()).isBetween(5, AT_ONCE);
    assertThat(order.keys()).as("keys remembered").isZero();
  }

  @Test
  void oneKeyIsOneAtATime() {
    run(IntStream.range(0, 40).mapToObj(i -> "same-" + i).toList());

    assertThat(mostRunning.get()).isEqualTo(1);
  }

  @Test
  void aFailureDoesNotHoldTheNext() {
    byte[] key = {1};
    Uni<String> fails = next(key, () -> Uni.createFrom().failure(new IllegalStateException()));
    Uni<String> follows = next(key, () -> Uni.createFrom().item("done"));

    fails.subscribe().with(item -> {}, failure -> {});

    assertThat(follows.await().atMost(Duration.ofSeconds(10))).isEqualTo("done");
  }

  @Test
  void questionsWithoutAKeyDoNotWait() {
    next(null, () -> Uni.createFrom().nothing()).subscribe().with(item -> {});

    Uni<String> second = next(null, () -> Uni.createFrom().item("done"));

    assertThat(second.await().atMost(Duration.ofSeconds(10))).isEqualTo("done");
  }

  /** An outcome may be known long before it is published, and only then the next may begin. */
  @Test
  void theNextBeginsWhenThisOneIsOverNotWhenItIsKnown() {
    byte[] key = {1};
    CompletableFuture<Void> over = new CompletableFuture<>();
    order.next(key, over, () -> Uni.createFrom().item("known")).await().indefinitely();
    next(key, () -> Uni.createFrom().item("next"))
        .subscribe()
        .with(item -> done.add(item), failure -> {});

    assertThat(done).isEmpty();
    over.complete(null);
    assertThat(done).containsExactly("next");
    assertThat(order.keys()).isZero();
  }

  /** Work that is over when it has ended. */
  private <T> Uni<T> next(byte[] key, Supplier<Uni<T>> work) {
    CompletableFuture<Void> over = new CompletableFuture<>();
    return order.next(
        key, over, () -> work.get().onTermination().invoke(() -> over.complete(null)));
  }

  private void run(List<String> asked) {
    Multi.createFrom()
        .iterable(asked)
        .onItem()
        .transformToUni(
            name -> next(name.split("-")[0].getBytes(StandardCharsets.UTF_8), () -> work(name)))
        .merge(AT_ONCE)
        .collect()
        .last()
        .await()
        .atMost(Duration.ofMinutes(1));
    assertThat(done).hasSameSizeAs(asked);
  }

  private Uni<String> work(String name) {
    return Uni.createFrom()
        .item(name)
        .invoke(() -> mostRunning.accumulateAndGet(running.incrementAndGet(), Math::max))
        .onItem()
        .delayIt()
        .by(Duration.ofMillis(1 + ThreadLocalRandom.current().nextInt(5)))
        .invoke(
            () -> {
              running.decrementAndGet();
              done.add(name);
            });
  }
}
