package io.cropvqa.model.weights;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.tensor.ColumnMajor;
import io.cropvqa.tensor.NumberType;
import io.cropvqa.tensor.Torch;
import io.cropvqa.tensor.TorchOps;
import io.cropvqa.tensor.TorchOps.Stored;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Puts tensors of files on a device, each in memory once: a float32 or integer tensor is used where
 * it lies in the mapped file, and one of another type is converted as it is read, piece by piece,
 * as is a small matrix whose columns are wanted.
 */
final class WeightReader {
  /**
   * In which order a matrix should lie in memory if that suits; large mapped ones lie as stored.
   */
  enum Order {
    ROW_MAJOR,
    COLUMN_MAJOR
  }

  /** So small that the C library takes what a piece needed for the next; larger ones pile up. */
  private static final int PIECE_BYTES = 1 << 18;

  /** Rows go into columns in multiples of so many, which is what a cache line of a column holds. */
  private static final int PIECE_ROWS = 16;

  private final NDManager root;
  private ByteBuffer largest = ByteBuffer.allocateDirect(PIECE_BYTES);

  /**
   * @param root owns what is read
   */
  WeightReader(NDManager root) {
    this.root = root;
  }

  /**
   * @param name of the weight, for messages
   * @param type of the numbers in memory, if they are no integers
   * @param order for a matrix of float32 on the CPU, if it isn't large and mapped
   * @throws IllegalArgumentException if its type is not supported
   */
  NDArray read(
      String name, SafetensorsFile file, SafetensorsFile.Entry entry, NumberType type, Order order)
      throws IOException {
    return switch (entry.dtype()) {
      case F32 ->
          isMappable(entry) && !type.isHalf() && !isSmall(entry, order)
              ? mapped(file, entry, DataType.FLOAT32)
              : converted(file, entry, Stored.FLOAT32, type, order);
      case BF16 -> converted(file, entry, Stored.BFLOAT16, type, order);
      case F16 -> converted(file, entry, Stored.FLOAT16, type, order);
      case F64 -> converted(file, entry, Stored.FLOAT64, type, order);
      case I64 -> mapped(file, entry, DataType.INT64);
      case I32 -> mapped(file, entry, DataType.INT32);
      case U8, I8, BOOL ->
          throw new IllegalArgumentException(
              "weight %s: type %s is not supported".formatted(name, entry.dtype()));
    };
  }

  private static boolean isSmall(SafetensorsFile.Entry entry, Order order) {
    return order == Order.COLUMN_MAJOR && ColumnMajor.isSmall(entry.shape()[0], entry.shape()[1]);
  }

  /** PyTorch reads floats at multiples of 4, and a mapping holds less than 2 GiB. */
  private static boolean isMappable(SafetensorsFile.Entry entry) {
    return entry.begin() % Long.BYTES == 0 && entry.end() - entry.begin() <= Integer.MAX_VALUE;
  }

  private NDArray mapped(SafetensorsFile file, SafetensorsFile.Entry entry, DataType type)
      throws IOException {
    ByteBuffer data = file.map(entry);
    return root.create(isMappable(entry) ? data : copied(data), new Shape(entry.shape()), type);
  }

  private static ByteBuffer copied(ByteBuffer data) {
    return ByteBuffer.allocateDirect(data.remaining())
        .order(ByteOrder.LITTLE_ENDIAN)
        .put(data)
        .flip();
  }

  private NDArray converted(
      SafetensorsFile file,
      SafetensorsFile.Entry entry,
      Stored stored,
      NumberType type,
      Order order)
      throws IOException {
    boolean turned =
        order == Order.COLUMN_MAJOR
            && ColumnMajor.suits(entry.shape()[0], entry.shape()[1])
            && !type.isHalf()
            && root.getDevice().equals(Device.cpu());
    NDArray numbers =
        turned ? columnMajor(entry.shape()) : TorchOps.empty(root, new Shape(entry.shape()), type);
    ByteBuffer piece = piece(turned ? wholeRows(entry) : PIECE_BYTES);
    try (NDManager step = Torch.open(Device.cpu())) {
      file.read(
          entry,
          piece,
          (offset, length) -> {
            ByteBuffer bytes = piece.duplicate().order(ByteOrder.LITTLE_ENDIAN).rewind();
            try (NDArray read =
                step.create(bytes.limit(length), new Shape(length), DataType.UINT8)) {
              TorchOps.store(numbers, offset / entry.dtype().bytes(), read, stored);
            }
          });
    }
    return numbers;
  }

  private NDArray columnMajor(long[] shape) {
    Shape columns = new Shape(shape[1], ColumnMajor.width(shape[0]));
    return ColumnMajor.of(root.zeros(columns), shape[0]);
  }

  /** Bytes of as many rows as make a piece. */
  private static int wholeRows(SafetensorsFile.Entry entry) {
    int row = Math.toIntExact(entry.shape()[1] * entry.dtype().bytes());
    int lines = Math.max(1, PIECE_BYTES / row / PIECE_ROWS);
    return Math.multiplyExact(row, lines * PIECE_ROWS);
  }

  private ByteBuffer piece(int bytes) {
    if (largest.capacity() < bytes) {
      largest = ByteBuffer.allocateDirect(bytes);
    }
    return largest.slice(0, bytes);
  }
}
