package io.cropvqa.training;

import io.cropvqa.domain.RgbImage;
import java.io.IOException;

/** The pictures that examples are about. */
@FunctionalInterface
public interface Pictures {
  RgbImage get(String picture) throws IOException;
}
