package io.cropvqa.model;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.cropvqa.model.golden.GoldenCheckpoint;
import io.cropvqa.model.weights.Weights;
import io.cropvqa.pruning.PositionIds;
import io.cropvqa.tensor.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A Llama-style decoder in loops over doubles, one sequence, one cut, as the definitions read. For
 * checkpoints without biases whose weights have the names that transformers 5 saves.
 */
final class NaiveDecoder implements AutoCloseable {
  private static final String PREFIX = "language_model.";

  private record Row(double[] hidden, int position, int patch, int members) {
    boolean isText() {
      return patch == Prompt.TEXT;
    }
  }

  private record Key(double[] key, double[] value, Row row) {}

  private final NDManager root = Torch.open(Device.cpu());
  private final LanguageModelConfig config;
  private final Weights weights;
  private final PositionIds ids;
  private final int imageTokens;
  private final List<List<Key>> cache = new ArrayList<>();
  private final int[] next;
  private final double[][] lastAttention;
  private int generated;

  NaiveDecoder(GoldenCheckpoint golden, LanguageModelConfig config, PositionIds ids) {
    this.config = config;
    this.weights = Weights.open(golden.directory(), name -> name, root);
    this.ids = ids;
    this.imageTokens = golden.imageTokens();
    this.next = new int[config.numHiddenLayers()];
    this.lastAttention = new double[config.numHiddenLayers()][];
    for (int layer = 0; layer < next.length; layer++) {
      cache.add(new ArrayList<>());
    }
  }

  /**
   * @param cutAfter layers that run before all visual rows but those of the kept patches go
   * @param forget whether layers that ran forget them too
   */
  double[] prefill(Prompt prompt, int cutAfter, Set<Integer> kept, boolean forget) {
    List<Row> rows = new ArrayList<>();
    double[][] embeddings = matrix(prompt.embeddings());
    for (int i = 0; i < prompt.length(); i++) {
      int position = prompt.positions().at(0, i);
      rows.add(new Row(embeddings[i], position, prompt.patches()[i], prompt.members()[i]));
    }
    rows = numbered(rows);
    for (int layer = 0; layer < next.length; layer++) {
      if (layer == cutAfter) {
        rows = numbered(rows.stream().filter(row -> stays(row, kept)).toList());
        for (int passed = 0; forget && passed < layer; passed++) {
          cache.get(passed).removeIf(key -> !stays(key.row(), kept));
        }
      }
      next[layer] = ids == PositionIds.COMPACT ? rows.size() : prompt.nextPosition();
      rows = layer(layer, rows);
    }
    return logits(rows.get(rows.size() - 1).hidden());
  }

  private static boolean stays(Row row, Set<Integer> kept) {
    return row.isText() || kept.contains(row.patch());
  }

  private List<Row> numbered(List<Row> rows) {
    List<Row> numbered = new ArrayList<>();
    for (Row row : rows) {
      int position = ids == PositionIds.COMPACT ? numbered.size() : row.position();
      numbered.add(new Row(row.hidden(), position, row.patch(), row.members()));
    }
    return numbered;
  }

  double[] decode(int token) {
    double[] hidden =
        matrix("model.embed_tokens.weight", config.vocabSize(), config.hiddenSize())[token];
    for (int layer = 0; layer < next.length; layer++) {
      Row row = new Row(hidden, next[layer] + generated, Prompt.TEXT, 1);
      hidden = layer(layer, List.of(row)).get(0).hidden();
    }
    generated++;
    return logits(hidden);
  }

  /** How strongly the last row attended to each key of a layer, averaged over heads. */
  double[] lastAttention(int layer) {
    return lastAttention[layer];
  }

  private List<Row> layer(int layer, List<Row> rows) {
    int size = config.headDim();
    int width = config.hiddenSize();
    int queries = config.numAttentionHeads() * size;
    int keyed = config.numKeyValueHeads() * size;
    int inner = config.intermediateSize();
    String name = "model.layers." + layer + ".";
    double[][] q = matrix(name + "self_attn.q_proj.weight", queries, width);
    double[][] k = matrix(name + "self_attn.k_proj.weight", keyed, width);
    double[][] v = matrix(name + "self_attn.v_proj.weight", keyed, width);
    double[][] o = matrix(name + "self_attn.o_proj.weight", width, queries);
    double[][] gate = matrix(name + "mlp.gate_proj.weight", inner, width);
    double[][] up = matrix(name + "mlp.up_proj.weight", inner, width);
    double[][] down = matrix(name + "mlp.down_proj.weight", width, inner);
    double[] before = vector(name + "input_layernorm.weight");
    double[] between = vector(name + "post_attention_layernorm.weight");
    List<Key> keys = cache.get(layer);
    int old = keys.size();
    for (Row row : rows) {
      double[] x = norm(row.hidden(), before);
      keys.add(new Key(rotated(times(k, x), row.position()), times(v, x), row));
    }
    List<Row> out = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      double[] query = rotated(times(q, norm(row.hidden(), before)), row.position());
      double[] mixed = attend(query, row.position(), keys.subList(0, old + i + 1), keys, layer);
      double[] hidden = sum(row.hidden(), times(o, mixed));
      double[] x = norm(hidden, between);
      double[] gated = times(gate, x);
      double[] raised = times(up, x);
      for (int j = 0; j < inner; j++) {
        gated[j] = gated[j] / (1 + Math.exp(-gated[j])) * raised[j];
      }
      out.add(new Row(sum(hidden, times(down, gated)), row.position(), row.patch(), row.members()));
    }
    return out;
  }

  private double[] attend(double[] query, int position, List<Key> seen, List<Key> held, int layer) {
    int size = config.headDim();
    int heads = config.numAttentionHeads();
    double[] mixed = new double[heads * size];
    double[] mean = new double[seen.size()];
    for (int head = 0; head < heads; head++) {
      int group = head / (heads / config.numKeyValueHeads());
      double[] weight = new double[seen.size()];
      double total = 0;
      for (int j = 0; j < weight.length; j++) {
        double product = 0;
        for (int d = 0; d < size; d++) {
          product += query[head * size + d] * seen.get(j).key()[group * size + d];
        }
        weight[j] = Math.exp(product / Math.sqrt(size) + bias(seen.get(j).row(), position, held));
        total += weight[j];
      }
      for (int j = 0; j < weight.length; j++) {
        mean[j] += weight[j] / total / heads;
        for (int d = 0; d < size; d++) {
          mixed[head * size + d] += weight[j] / total * seen.get(j).value()[group * size + d];
        }
      }
    }
    lastAttention[layer] = mean;
    return mixed;
  }

  /** log(s * (2 - D(x))) for visual keys of a layer that has not all of the image's tokens. */
  private double bias(Row key, int query, List<Key> held) {
    long visual = held.stream().filter(other -> !other.row().isText()).count();
    if (ids != PositionIds.KEEP_CALIBRATED || key.isText() || visual == imageTokens) {
      return 0;
    }
    int half = config.headDim() / 2;
    double response = 0;
    for (int j = 0; j < half; j++) {
      response += Math.cos((query - key.position()) * frequency(j)) / half;
    }
    return Math.log(key.members() * (2 - response));
  }

  private double frequency(int pair) {
    return Math.pow(config.rope().theta(), -2.0 * pair / config.headDim());
  }

  private double[] rotated(double[] heads, int position) {
    int size = config.headDim();
    int half = size / 2;
    double[] turned = new double[heads.length];
    for (int i = 0; i < heads.length; i++) {
      int pair = i % size % half;
      double angle = position * frequency(pair);
      boolean first = i % size < half;
      double other = first ? -heads[i + half] : heads[i - half];
      turned[i] = heads[i] * Math.cos(angle) + other * Math.sin(angle);
    }
    return turned;
  }

  private double[] logits(double[] hidden) {
    String head = config.tieWordEmbeddings() ? "model.embed_tokens.weight" : "lm_head.weight";
    return times(
        matrix(head, config.vocabSize(), config.hiddenSize()),
        norm(hidden, vector("model.norm.weight")));
  }

  private double[] norm(double[] x, double[] weight) {
    double square = 0;
    for (double value : x) {
      square += value * value / x.length;
    }
    double[] normed = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      normed[i] = x[i] / Math.sqrt(square + config.rmsNormEps()) * weight[i];
    }
    return normed;
  }

  private static double[] sum(double[] a, double[] b) {
    double[] sum = a.clone();
    for (int i = 0; i < a.length; i++) {
      sum[i] += b[i];
    }
    return sum;
  }

  private static double[] times(double[][] matrix, double[] x) {
    double[] product = new double[matrix.length];
    for (int i = 0; i < matrix.length; i++) {
      for (int j = 0; j < x.length; j++) {
        product[i] += matrix[i][j] * x[j];
      }
    }
    return product;
  }

  private double[] vector(String name) {
    return matrix(weights.get(PREFIX + name, config.hiddenSize()).expandDims(0))[0];
  }

  private double[][] matrix(String name, int rows, int columns) {
    return matrix(weights.get(PREFIX + name, rows, columns));
  }

  private static double[][] matrix(NDArray array) {
    float[] all = array.toFloatArray();
    int columns = (int) array.getShape().get(1);
    double[][] rows = new double[all.length / columns][columns];
    for (int i = 0; i < all.length; i++) {
      rows[i / columns][i % columns] = all[i];
    }
    return rows;
  }

  @Override
  public void close() {
    root.close();
  }
}
