package io.cropvqa.model.vision;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.cropvqa.pruning.EncoderView;
import io.cropvqa.tensor.TorchOps;
import java.util.ArrayList;
import java.util.List;

/** What a tower attended to in several pictures, of whose tokens some were picked. */
public final class PickedView implements EncoderView {
  private final List<EncoderView> pictures;
  private final long[] index;

  /**
   * @param pictures in the order that their tokens are counted in
   * @param index of each token that was picked
   */
  public PickedView(List<EncoderView> pictures, long[] index) {
    this.pictures = List.copyOf(pictures);
    this.index = index.clone();
  }

  @Override
  public float[] attention() {
    List<float[]> all = new ArrayList<>();
    pictures.forEach(picture -> all.add(picture.attention()));
    int each = all.get(0).length;
    float[] picked = new float[index.length];
    for (int i = 0; i < picked.length; i++) {
      picked[i] = all.get((int) index[i] / each)[(int) index[i] % each];
    }
    return picked;
  }

  @Override
  public NDArray keys(NDManager scope) {
    try (NDManager step = scope.newSubManager()) {
      NDList all = new NDList();
      pictures.forEach(picture -> all.add(picture.keys(step)));
      NDArray joined = all.get(0).getNDArrayInternal().concat(all.subNDList(1), 0);
      NDArray picked = TorchOps.rows(step.create(index), joined);
      picked.attach(scope);
      return picked;
    }
  }

  @Override
  public long bytes() {
    return pictures.stream().mapToLong(EncoderView::bytes).sum();
  }
}
