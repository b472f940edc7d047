package io.cropvqa.evaluation;

import io.cropvqa.evaluation.dataset.VqaDataset;
import io.cropvqa.evaluation.dataset.VqaExample;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A data set that doesn't tell where on its pictures the answers are. */
record UnlocatedAnswers(VqaDataset whole) implements VqaDataset {

  @Override
  public String name() {
    return whole.name();
  }

  @Override
  public List<VqaExample> examples() {
    return whole.examples().stream().map(UnlocatedAnswers::without).toList();
  }

  private static VqaExample without(VqaExample one) {
    return new VqaExample(
        one.id(), one.image(), one.question(), one.answers(), one.type(), Optional.empty());
  }

  @Override
  public byte[] image(VqaExample example) throws IOException {
    return whole.image(example);
  }
}
