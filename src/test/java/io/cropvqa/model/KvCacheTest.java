package io.cropvqa.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.pruning.TokenGroups;
import io.cropvqa.tensor.NumberType;
import io.cropvqa.tensor.Torch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How much room there is for rows that are still to come. */
class KvCacheTest {
  private static final int PROMPT = 40;

  private NDManager memory;

  @BeforeEach
  void open() {
    memory = Torch.open(Device.cpu());
  }

  @AfterEach
  void close() {
    memory.close();
  }

  private KvCache cache(int newTokens) {
    KvCache cache = new KvCache(memory, 1, new Shape(2, 4), NumberType.FLOAT32, newTokens);
    write(cache, PROMPT);
    return cache;
  }

  private static void write(KvCache cache, int rows) {
    cache.reserve(0, rows);
    cache.extend(0, rows);
  }

  private static long capacity(KvCache cache) {
    return cache.keysAndValues(0).size(2);
  }

  /** What a question may come to hold is what it was let in with. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16, 32, 33, 100})
  void roomIsNeverMadeForMoreTokensThanMayCome(int newTokens) {
    KvCache cache = cache(newTokens);
    for (int token = 0; token < newTokens; token++) {
      assertThat(capacity(cache)).isBetween((long) cache.length(0), (long) PROMPT + newTokens);
      write(cache, 1);
    }
    assertThat(capacity(cache)).isEqualTo(PROMPT + newTokens);
    assertThat(cache.length(0)).isEqualTo(PROMPT + newTokens);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5, 40})
  void norAfterACut(int newTokens) {
    KvCache cache = cache(newTokens);
    cache.merge(1, TokenGroups.singletons(IntStream.range(0, 10).toArray()), memory);
    for (int token = 0; token < newTokens; token++) {
      write(cache, 1);
    }
    assertThat(cache.length(0)).isEqualTo(10 + newTokens);
    assertThat(capacity(cache)).isEqualTo(10 + newTokens);
  }

  /** Where many tokens may come, most of which never will, room is made step by step. */
  @ParameterizedTest
  @CsvSource({"1, 72", "32, 72", "33, 105", "65, 105", "66, 138"})
  void roomGrowsWithTheTokensThatCame(int came, int capacity) {
    KvCache cache = cache(Integer.MAX_VALUE);
    for (int token = 0; token < came; token++) {
      write(cache, 1);
    }
    assertThat(capacity(cache)).isEqualTo(capacity);
  }
}
