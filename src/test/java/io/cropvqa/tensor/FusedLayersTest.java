package io.cropvqa.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is computed in another way where there is more of it, to the same result. */
class FusedLayersTest {
  private static final int IN = 1100;
  private static final int OUT = 1000;

  @ParameterizedTest
  @CsvSource({
    "1, false",
    "1, true",
    "2, false",
    "2, true",
    "3, false",
    "5, true",
    "16, false",
    "16, true",
    "90, true"
  })
  void largeLinearIsTheSameHoweverManyRows(int rows, boolean withBias) {
    try (NDManager scope = Torch.open(Device.cpu())) {
      NDArray x = scope.randomNormal(new Shape(rows, IN));
      NDArray weight = scope.randomNormal(new Shape(OUT, IN));
      NDArray bias = withBias ? scope.randomNormal(new Shape(OUT)) : null;
      NDArray product = x.matMul(weight.transpose());
      NDArray expected = withBias ? product.add(bias) : product;
      assertSame(TorchOps.linear(x, weight, bias), expected);
      assertSame(TorchOps.linear(x, columnMajor(weight), bias), expected);
    }
  }

  /** Up to where e^x is no number any more. */
  @ParameterizedTest
  @CsvSource({
    "silu, 1, 3, 32",
    "silu, 1, 200, 32",
    "quick_gelu, 1.702, 3, 32",
    "quick_gelu, 1.702, 200, 32",
    "quick_gelu, 1.702, 1, 9000" // weights too large for a factor in the product
  })
  void activationsAreTheSameHoweverManyNumbers(String name, double steepness, int rows, int inner) {
    int width = 16;
    try (NDManager scope = Torch.open(Device.cpu())) {
      NDArray read = scope.randomNormal(new Shape(rows, width));
      NDArray fc1 = scope.randomNormal(new Shape(inner, width));
      NDArray fc2 = scope.randomNormal(new Shape(width, inner));
      NDArray bias = scope.linspace(-200, 200, inner);
      NDArray normal = TorchOps.layerNorm(read, ones(scope, width), zeros(scope, width), 1e-5);
      NDArray x = normal.matMul(fc1.transpose()).add(bias);
      NDArray gate =
          x.mul((float) (steepness / 2)).tanh().add(1).mul(0.5f); // the logistic function
      NDArray expected = x.mul(gate).matMul(fc2.transpose());

      LayerStack stack = LayerStack.of(List.of(feedForward(fc1, bias, fc2)), 1e-5, name);
      NDArray made = FusedLayers.encoder(read, 1, stack).get(0).sub(read);

      assertThat(made.toFloatArray()).doesNotContain(Float.NaN);
      assertThat(made.sub(expected).abs().max().getFloat())
          .isLessThan(1e-5f * expected.abs().max().getFloat());
    }
  }

  /** A layer of a vision encoder whose attention adds nothing. */
  private static LayerStack.Layer feedForward(NDArray fc1, NDArray fc1Bias, NDArray fc2) {
    NDManager scope = fc1.getManager();
    int width = (int) fc1.size(1);
    NDArray one = ones(scope, width);
    NDArray zero = zeros(scope, width);
    NDArray nothing = scope.zeros(new Shape(width, width));
    return new LayerStack.Layer(
        List.of(one, zero, one, zero),
        LayerStack.Linears.of(
            List.of(nothing, nothing, nothing, nothing, fc1, fc2),
            List.of(zero, zero, zero, zero, fc1Bias, zero)));
  }

  private static NDArray ones(NDManager scope, int width) {
    return scope.ones(new Shape(width));
  }

  private static NDArray zeros(NDManager scope, int width) {
    return scope.zeros(new Shape(width));
  }

  /** What stands between the columns takes part in nothing. */
  private static NDArray columnMajor(NDArray weight) {
    long gap = ColumnMajor.width(OUT) - OUT;
    NDArray nothing = weight.getManager().full(new Shape(IN, gap), Float.NaN);
    NDArray columnMajor = ColumnMajor.of(weight.transpose().concat(nothing, 1), OUT);
    assertThat(columnMajor.sub(weight).abs().max().getFloat()).isZero();
    return columnMajor;
  }

  private static void assertSame(NDArray actual, NDArray expected) {
    assertThat(actual.getShape()).isEqualTo(expected.getShape());
    assertThat(actual.toFloatArray()).doesNotContain(Float.NaN);
    assertThat(actual.sub(expected).abs().max().getFloat()).isLessThan(1e-3f); // of about 100
  }
}
