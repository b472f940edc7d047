package io.cropvqa.evaluation.dataset;

import java.io.IOException;
import java.util.List;

/** Questions with known answers, and the pictures that they are about. */
public interface VqaDataset {

  /** What reports call it. */
  String name();

  /** All questions, those about one picture next to each other where the source has them so. */
  List<VqaExample> examples();

  /** The encoded picture that an example is about. */
  byte[] image(VqaExample example) throws IOException;
}
