package io.cropvqa.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Large matrices are multiplied in other ways, to the same result. */
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
