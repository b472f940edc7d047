package io.cropvqa.evaluation.dataset;

import java.io.IOException;
import java.util.List;

/** Reads the examples of one file format. */
interface DatasetReader {

  /**
   * @throws IllegalArgumentException for what is missing or of the wrong type, naming file, place
   *     and field
   */
  List<VqaExample> read() throws IOException;
}
