package io.cropvqa.model.vision;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.cropvqa.pruning.EncoderView;
import io.cropvqa.tensor.TorchOps;
import java.util.ArrayList;
import java.util.List;

/** What a tower attended to in several pictures, of whose tokens some were picked or made one. */
public final class PickedView implements EncoderView {
  private final List<EncoderView> pictures;
  private final long[] index;
  private final int members;

  /**
   * @param pictures in the order that their tokens are counted in
   * @param index of the tower's tokens that each visual token is made of
   * @param members how many that are; one follows another in the index
   */
  public PickedView(List<EncoderView> pictures, long[] index, int members) {
    this.pictures = List.copyOf(pictures);
    this.index = index.clone();
    this.members = members;
  }

  @Override
  public float[] attention() {
    List<float[]> all = new ArrayList<>();
    pictures.forEach(picture -> all.add(picture.attention()));
    int each = all.get(0).length;
    float[] mean = new float[index.length / members];
    for (int i = 0; i < index.length; i++) {
      mean[i / members] += all.get((int) index[i] / each)[(int) index[i] % each] / members;
    }
    return mean;
  }

  @Override
  public NDArray keys(NDManager scope) {
    try (NDManager step = scope.newSubManager()) {
      NDList all = new NDList();
      pictures.forEach(picture -> all.add(picture.keys(step)));
      NDArray picked = TorchOps.rows(step.create(index), TorchOps.joined(all));
      NDArray mean = picked.reshape(index.length / members, members, -1).mean(new int[] {1});
      mean.attach(scope);
      return mean;
    }
  }
}
