package io.cropvqa.tensor;

import java.util.Arrays;
import java.util.Locale;

/**
 * How the weights of linear layers are held, by the names that {@code crop.dtype} has. Whatever it
 * is, everything between two linear layers is float32.
 */
public enum NumberType {
  FLOAT32(6, 4),
  /**
   * Weights, keys and values of 16 bits; products and attention are computed in them. Half of the
   * memory, and faster on a GPU; slower on most CPUs.
   */
  FLOAT16(5, 2),
  /** Like {@link #FLOAT16}, with the range of float32 and fewer digits. */
  BFLOAT16(15, 2),
  /**
   * Weights of the decoder's layers in 8 bits with one scale an output, inputs rounded to 8 bits as
   * they come, on the CPU: a quarter of the memory, and faster. The rest stays float32. Inputs
   * share one scale a step, so an answer may come out otherwise beside others than alone.
   */
  INT8(6, 4);

  private final int scalarType; // of c10/core/ScalarType.h
  private final int bytes;

  /**
   * @param scalarType of keys, values and of the weights that are not quantized
   * @param bytes that one of these takes
   */
  NumberType(int scalarType, int bytes) {
    this.scalarType = scalarType;
    this.bytes = bytes;
  }

  /**
   * @throws IllegalArgumentException for another name
   */
  public static NumberType named(String name) {
    return Arrays.stream(values())
        .filter(type -> type.wireName().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "crop.dtype = %s is not supported: use float32, float16, bfloat16 or int8, or leave it out"
                        .formatted(name)));
  }

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether numbers are of 16 bits. */
  public boolean isHalf() {
    return this == FLOAT16 || this == BFLOAT16;
  }

  int scalarType() {
    return scalarType;
  }

  /** Bytes that a key's or a value's number takes. */
  public int bytes() {
    return bytes;
  }
}
