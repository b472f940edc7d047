package io.cropvqa.cli;

import io.cropvqa.domain.ContextualRegion;
import java.util.Arrays;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a region as {@code x0,y0,x1,y1}: inclusive block numbers on the 8x8 grid. */
final class RegionConverter implements ITypeConverter<ContextualRegion> {

  @Override
  public ContextualRegion convert(String text) {
    try {
      return ContextualRegion.of(
          Arrays.stream(text.split(",", -1)).map(String::strip).map(Integer::valueOf).toList());
    } catch (NumberFormatException e) {
      throw new TypeConversionException(
          "'%s' must be four block numbers x0,y0,x1,y1, each 0 to 7".formatted(text));
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
