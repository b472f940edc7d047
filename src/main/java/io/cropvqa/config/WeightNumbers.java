package io.cropvqa.config;

import io.cropvqa.model.Checkpoints;
import io.cropvqa.tensor.NumberType;
import java.nio.file.Path;

/** How a model's weights are held: as {@code crop.dtype} says, or as suits the device. */
final class WeightNumbers {
  private WeightNumbers() {}

  /**
   * @throws IllegalArgumentException for an unknown number type, or one that the device can't
   *     compute with
   */
  static void requireUsable(CropConfig config) {
    config.dtype().map(NumberType::named).ifPresent(type -> requireFits(type, config.device()));
  }

  private static void requireFits(NumberType type, String device) {
    if (type == NumberType.INT8 && !isCpu(device)) {
      throw new IllegalArgumentException(
          "crop.dtype = int8 is for crop.device = cpu, got " + device);
    }
  }

  /**
   * Without {@code crop.dtype}, float32 on the CPU, and on a GPU what the checkpoint was saved in.
   */
  static NumberType of(CropConfig config, Path model) {
    return config
        .dtype()
        .map(NumberType::named)
        .orElseGet(
            () -> isCpu(config.device()) ? NumberType.FLOAT32 : Checkpoints.savedNumberType(model));
  }

  private static boolean isCpu(String device) {
    return device.equals("cpu");
  }
}
