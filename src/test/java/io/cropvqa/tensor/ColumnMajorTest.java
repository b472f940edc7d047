package io.cropvqa.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnMajorTest {

  @ParameterizedTest
  @CsvSource({"1, 16", "16, 16", "17, 48", "1000, 1008", "4096, 4112", "11008, 11024"})
  void columnsAreAnOddNumberOfCacheLinesApart(long rows, long width) {
    assertThat(ColumnMajor.width(rows)).isEqualTo(width);
  }

  @ParameterizedTest
  @CsvSource({
    "320, 128, true",
    "512, 256, true",
    "512, 257, false",
    "1023, 4096, false",
    "1024, 4096, true",
    "11008, 4096, true"
  })
  void shortColumnsSuitSmallMatricesOnly(long rows, long columns, boolean suits) {
    assertThat(ColumnMajor.suits(rows, columns)).isEqualTo(suits);
  }

  @Test
  void columnsBecomeAMatrixOfRows() {
    try (NDManager scope = Torch.open(Device.cpu())) {
      NDArray columns = scope.arange(32f).reshape(new Shape(2, 16));
      NDArray matrix = ColumnMajor.of(columns, 3);
      assertThat(matrix.getShape()).isEqualTo(new Shape(3, 2));
      assertThat(matrix.toFloatArray()).containsExactly(0, 16, 1, 17, 2, 18);
    }
  }
}
