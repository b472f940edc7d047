package io.cropvqa.model;

import java.util.Arrays;
import java.util.Locale;

/**
 * What numbers the linear layers of a decoder multiply, by the names that {@code crop.dtype} has.
 */
public enum NumberType {
  FLOAT32,
  /**
   * Weights of 8 bits with one scale an output, inputs rounded to 8 bits as they come: a quarter of
   * the memory, and faster where the CPU is the device. Everything else, the output layer too,
   * stays float32. Inputs share one scale a step, so an answer may come out otherwise beside others
   * than alone.
   */
  INT8;

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
                    "crop.dtype = %s is not supported: use float32 or int8, or leave it out"
                        .formatted(name)));
  }

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
