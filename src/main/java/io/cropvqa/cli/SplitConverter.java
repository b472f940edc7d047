package io.cropvqa.cli;

import io.cropvqa.evaluation.scenes.Split;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the name of a split. */
final class SplitConverter implements ITypeConverter<Split> {

  @Override
  public Split convert(String name) {
    try {
      return Split.named(name);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
