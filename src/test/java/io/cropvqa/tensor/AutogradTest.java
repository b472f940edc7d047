package io.cropvqa.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AutogradTest {
  private NDManager memory;
  private NDArray x;

  @BeforeEach
  void open() {
    memory = Torch.open(Device.cpu());
    x = memory.create(new float[] {1, 2, 3});
    x.setRequiresGradient(true);
  }

  @AfterEach
  void close() {
    memory.close();
  }

  @Test
  void gradientsAddUpUntilTheyAreCleared() {
    assertThat(Autograd.backward(() -> x.square().sum())).isEqualTo(14);
    assertThat(Autograd.gradient(x).toFloatArray()).containsExactly(2, 4, 6);
    Autograd.backward(() -> x.sum());
    assertThat(Autograd.gradient(x).toFloatArray()).containsExactly(3, 5, 7);
    Autograd.clear(x);
    Autograd.backward(() -> x.sum());
    assertThat(Autograd.gradient(x).toFloatArray()).containsExactly(1, 1, 1);
  }

  /** A collection of garbage between a product and its gradient, and the memory used again. */
  @Test
  void aFactorOutlivesTheGarbageCollection() {
    List<ByteBuffer> others = new ArrayList<>();
    Autograd.backward(
        () -> {
          NDArray sum = Autograd.scale(x, 3);
          for (int i = 1; i < 100; i++) {
            sum = sum.add(Autograd.scale(x, 3));
          }
          System.gc();
          for (int i = 0; i < 20_000; i++) {
            others.add(ByteBuffer.allocateDirect(4).order(ByteOrder.nativeOrder()).putFloat(1e6f));
          }
          return sum.sum();
        });
    assertThat(others).hasSize(20_000);
    assertThat(Autograd.gradient(x).toFloatArray()).containsExactly(300, 300, 300);
  }

  @Test
  void untrackedWorkMayChangeParameters() {
    NDArray changed = Autograd.untracked(() -> x.addi(memory.create(1f)));
    assertThat(changed.toFloatArray()).containsExactly(2, 3, 4);
    Autograd.backward(() -> x.square().sum());
    assertThat(Autograd.gradient(x).toFloatArray()).containsExactly(4, 6, 8);
  }
}
