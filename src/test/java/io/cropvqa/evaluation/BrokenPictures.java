package io.cropvqa.evaluation;

import io.cropvqa.evaluation.dataset.VqaDataset;
import io.cropvqa.evaluation.dataset.VqaExample;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;

/** A data set that lacks one of its pictures. */
record BrokenPictures(VqaDataset whole, String missing) implements VqaDataset {

  @Override
  public String name() {
    return whole.name();
  }

  @Override
  public List<VqaExample> examples() {
    return whole.examples();
  }

  @Override
  public byte[] image(VqaExample example) throws IOException {
    if (example.image().equals(missing)) {
      throw new NoSuchFileException(missing);
    }
    return whole.image(example);
  }
}
