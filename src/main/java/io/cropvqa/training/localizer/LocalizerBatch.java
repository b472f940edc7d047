package io.cropvqa.training.localizer;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.model.LanguageModel;
import io.cropvqa.model.localizer.LocalizerNetwork;
import io.cropvqa.model.localizer.PositionEncoding;
import io.cropvqa.pruning.VisualLayout;
import io.cropvqa.tensor.Autograd;
import io.cropvqa.training.localizer.EncodedPicture.Question;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Questions about some pictures as arrays, shorter questions padded.
 *
 * @param pictures P, with equally many tokens
 * @param questions Q about each picture, all of the first one first: B = P * Q
 */
record LocalizerBatch(List<EncodedPicture> pictures, List<Question> questions) {
  private static final int EDGES = 4;
  private static final int GRID = ContextualRegion.GRID;

  /** Logits of the edges: [B, 4, 8], owned by {@code scope}. */
  NDArray logits(LocalizerNetwork network, LanguageModel words, NDManager scope) {
    int longest = questions.stream().mapToInt(question -> question.words().length).max().orElse(0);
    return network.forward(
        patches(scope),
        positions(network.config().hiddenSize(), scope),
        words(words, longest, scope),
        bias(longest, scope));
  }

  /** [P, N, D]. */
  private NDArray patches(NDManager scope) {
    NDList parts = new NDList();
    for (EncodedPicture picture : pictures) {
      NDArray tokens = picture.tokens().toType(DataType.FLOAT32, true);
      tokens.attach(scope);
      parts.add(tokens.expandDims(0));
    }
    return NDArrays.concat(parts);
  }

  /** [P, N, W]; pictures with the same layout share their rows' computation. */
  private NDArray positions(int width, NDManager scope) {
    Map<VisualLayout, float[]> known = new HashMap<>();
    int tokens = pictures.get(0).tokenCount();
    float[] all = new float[pictures.size() * tokens * width];
    for (int i = 0; i < pictures.size(); i++) {
      EncodedPicture picture = pictures.get(i);
      float[] rows =
          known.computeIfAbsent(
              picture.layout(),
              layout -> PositionEncoding.ofPatches(layout, picture.patches(), width));
      System.arraycopy(rows, 0, all, i * rows.length, rows.length);
    }
    return scope.create(all, new Shape(pictures.size(), tokens, width));
  }

  /** [B, T, D]. */
  private NDArray words(LanguageModel model, int longest, NDManager scope) {
    int[] ids = new int[questions.size() * longest];
    for (int i = 0; i < questions.size(); i++) {
      int[] words = questions.get(i).words();
      System.arraycopy(words, 0, ids, i * longest, words.length);
    }
    return model.embed(ids, scope).reshape(questions.size(), longest, -1);
  }

  /** [B, 1, 1, 4 + T]. */
  private NDArray bias(int longest, NDManager scope) {
    int row = EDGES + longest;
    float[] bias = new float[questions.size() * row];
    for (int i = 0; i < questions.size(); i++) {
      for (int word = questions.get(i).words().length; word < longest; word++) {
        bias[i * row + EDGES + word] = Float.NEGATIVE_INFINITY;
      }
    }
    return scope.create(bias, new Shape(questions.size(), 1, 1, row));
  }

  /** One at the true number of each edge, zero elsewhere: [B, 4, 8]. */
  NDArray truth(NDManager scope) {
    float[] truth = new float[questions.size() * EDGES * GRID];
    for (int i = 0; i < questions.size(); i++) {
      List<Integer> edges = questions.get(i).region().toList();
      for (int edge = 0; edge < EDGES; edge++) {
        truth[(i * EDGES + edge) * GRID + edges.get(edge)] = 1;
      }
    }
    return scope.create(truth, new Shape(questions.size(), EDGES, GRID));
  }

  /**
   * Cross-entropy of the four edges, mean over questions and edges: a scalar.
   *
   * @param logits [B, 4, 8]
   */
  NDArray loss(NDArray logits, NDManager scope) {
    NDArray hits = logits.logSoftmax(-1).mul(truth(scope)).sum();
    return Autograd.scale(hits, -1.0 / (EDGES * questions.size()));
  }
}
