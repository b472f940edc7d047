package io.cropvqa.evaluation.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ClientsTest {

  @Test
  void everyQuestionIsAskedOnceByClientsThatAskAtTheSameTime() {
    CyclicBarrier three = new CyclicBarrier(3);
    Set<Integer> asked = new ConcurrentSkipListSet<>();

    double rate =
        Clients.rate(
            3,
            12,
            i -> {
              assertThat(asked.add(i)).isTrue();
              await(three);
            });

    assertThat(asked).hasSize(12).contains(0, 11);
    assertThat(rate).isPositive();
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aQuestionThatFailsEndsTheRun() {
    assertThatThrownBy(
            () ->
                Clients.rate(
                    2,
                    5,
                    i -> {
                      throw new IllegalArgumentException("question " + i);
                    }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("question ");
  }
}
