package io.cropvqa.tensor;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import ai.djl.training.GradientCollector;
import java.util.function.Supplier;

/**
 * Gradients of plain {@code NDArray} code with respect to arrays that require them.
 *
 * <p>Five rules for what is trained:
 *
 * <ul>
 *   <li>Compiled operations give results that no gradient goes through: write it without them.
 *       ({@link TorchOps#attention} does where one has to.)
 *   <li>For the same reason what requires gradients is asked in {@link #backward} or {@link
 *       #untracked}, and nowhere else: on some threads PyTorch records unless told otherwise.
 *   <li>Nor does one go through {@code duplicate}: use {@link TorchOps#copy}.
 *   <li>{@code x.mul(number)} and {@code x.div(number)} free the number at once, but the gradient
 *       comes back for it and then reads whatever lies there: use {@link #scale}.
 *   <li>For the same reason no scope may be closed before the gradients are there if it made arrays
 *       of Java's numbers.
 * </ul>
 */
public final class Autograd {
  private static volatile Thread tracking;

  private Autograd() {}

  /**
   * Computes a loss and, for every array that requires it and had a part in it, the gradient.
   * Gradients add up until {@link #clear}. One thread of a process at a time may do this.
   *
   * @param loss makes a scalar
   * @return the loss
   */
  public static float backward(Supplier<NDArray> loss) {
    try (GradientCollector collector = Engine.getInstance().newGradientCollector()) {
      NDArray value = tracking(loss);
      collector.backward(value);
      return value.getFloat();
    }
  }

  private static NDArray tracking(Supplier<NDArray> loss) {
    tracking = Thread.currentThread();
    try {
      return loss.get();
    } finally {
      tracking = null;
    }
  }

  /**
   * An array times a number, which lives as long as the array's scope.
   *
   * @return of the shape of {@code x}, owned by its manager
   */
  public static NDArray scale(NDArray x, double factor) {
    return x.mul(x.getManager().create((float) factor));
  }

  /**
   * The gradient that {@link #backward} left with an array, of the same shape and owned by the same
   * manager; it is emptied by {@link #clear}.
   */
  public static NDArray gradient(NDArray parameter) {
    return parameter.getGradient();
  }

  /** Sets an array's gradient to zero. */
  public static void clear(NDArray parameter) {
    JniUtils.zeroGrad((PtNDArray) parameter);
  }

  /** Whether this thread computes a loss, so that gradients have to go through what it does. */
  public static boolean isTracking() {
    return tracking == Thread.currentThread();
  }

  /**
   * Does something with arrays that require gradients without recording it: asking them, or
   * changing them in place.
   */
  public static <T> T untracked(Supplier<T> work) {
    boolean before = JniUtils.isGradMode();
    JniUtils.setGradMode(false);
    try {
      return work.get();
    } finally {
      JniUtils.setGradMode(before);
    }
  }
}
