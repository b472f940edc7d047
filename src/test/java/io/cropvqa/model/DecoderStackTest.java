package io.cropvqa.model;

import static io.cropvqa.tensor.NumberType.FLOAT32;
import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.domain.ImageBox;
import io.cropvqa.model.layers.Activation;
import io.cropvqa.model.layers.Positions;
import io.cropvqa.model.layers.RotaryEmbedding;
import io.cropvqa.model.weights.WeightSource;
import io.cropvqa.pruning.PatchGrid;
import io.cropvqa.pruning.QuestionPruning;
import io.cropvqa.pruning.VisualLayout;
import io.cropvqa.tensor.ColumnMajor;
import io.cropvqa.tensor.NumberType;
import io.cropvqa.tensor.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Fused layers against the same in plain operations, and in 8 bits beside them. */
class DecoderStackTest {
  private static final int LAYERS = 3;
  private static final int HEADS = 4;
  private static final int HEAD_DIM = 8;
  private static final int[] PROMPTS = {1, 7, 20, 3};
  private static final VisualLayout LAYOUT =
      VisualLayout.of(new PatchGrid(1, 3, new ImageBox(0, 0, 1, 1)));

  private NDManager root;
  private Random random;

  @BeforeEach
  void open() {
    root = Torch.open(Device.cpu());
    random = new Random(7);
  }

  @AfterEach
  void close() {
    root.close();
  }

  @ParameterizedTest
  @CsvSource({
    "SILU, 4, false, false, false",
    "SILU, 2, false, false, false",
    "SILU, 1, true, false, false",
    "GELU, 4, true, true, true",
    "GELU_PYTORCH_TANH, 2, false, false, true",
    "QUICK_GELU, 2, false, true, false"
  })
  void fusedIsPlain(
      Activation act, int kvHeads, boolean bias, boolean outputBias, boolean mlpBias) {
    LanguageModelConfig config = config(act, kvHeads, bias, outputBias, mlpBias);
    List<float[]> weights = new ArrayList<>();
    DecoderStack layers = stack(config, FLOAT32, weights);
    RaggedBatch batch = batch(config);
    layers.plain(batch, 0, LAYERS);
    float[] plain = batch.hidden().toFloatArray();
    assertThat(distance(fused(layers, config, LAYERS), plain)).isLessThan(1e-5);
    assertThat(distance(fused(layers, config, 1), plain)).as("in two runs").isLessThan(1e-5);

    DecoderStack inColumns = new DecoderStack(config, inColumns(weights), "layers", FLOAT32);
    assertThat(distance(fused(inColumns, config, LAYERS), plain)).isLessThan(1e-5);

    DecoderStack inBytes = stack(config, NumberType.INT8, weights);
    float[] rounded = fused(inBytes, config, LAYERS);
    assertThat(distance(rounded, plain)).as("of 8 bits").isBetween(1e-4, 0.05);
    long numbers =
        config.hiddenSize() * 2L * config.headDim() * (config.numAttentionHeads() + kvHeads)
            + 3L * config.hiddenSize() * config.intermediateSize();
    assertThat(inBytes.bytesSaved()).as("three of four").isEqualTo(LAYERS * 3 * numbers);
    float[] ranking = attention(layers, config);
    assertThat(distance(attention(inBytes, config), ranking)).isBetween(1e-4, 0.05);
    DecoderStack columnsInBytes =
        new DecoderStack(config, inColumns(weights), "layers", NumberType.INT8);
    assertThat(fused(columnsInBytes, config, LAYERS)).isEqualTo(rounded);
  }

  /** What the layers make of the batch when they run up to one, and then the others. */
  private float[] fused(DecoderStack layers, LanguageModelConfig config, int firstRun) {
    RaggedBatch batch = batch(config);
    layers.forward(batch, 0, firstRun);
    layers.forward(batch, firstRun, LAYERS);
    return batch.hidden().toFloatArray();
  }

  /** What the last row of the longest sequence attends to in the last layer. */
  private float[] attention(DecoderStack layers, LanguageModelConfig config) {
    RaggedBatch batch = batch(config);
    layers.forward(batch, 0, LAYERS - 1);
    batch.enter(LAYERS - 1);
    int[] last = {batch.sequences().get(2).rows() - 1};
    return layers.attentionOf(batch, 2, last, LAYERS - 1).toFloatArray();
  }

  /** Mean absolute difference over the mean absolute value. */
  private static double distance(float[] some, float[] others) {
    double difference = 0;
    double size = 0;
    for (int i = 0; i < others.length; i++) {
      difference += Math.abs(some[i] - others[i]);
      size += Math.abs(others[i]);
    }
    return difference / size;
  }

  private static LanguageModelConfig config(
      Activation act, int kvHeads, boolean bias, boolean outputBias, boolean mlpBias) {
    return new LanguageModelConfig(
        HEADS * HEAD_DIM,
        48,
        LAYERS,
        HEADS,
        kvHeads,
        HEAD_DIM,
        10,
        100,
        1e-6,
        new RopeParameters(10_000),
        bias,
        outputBias,
        mlpBias,
        act,
        true);
  }

  /**
   * @param drawn the weights of a stack before, used again; filled if it is empty
   */
  private DecoderStack stack(LanguageModelConfig config, NumberType type, List<float[]> drawn) {
    boolean first = drawn.isEmpty();
    int[] next = {0};
    WeightSource source =
        (name, shape) -> {
          if (first) {
            drawn.add(draw((int) new Shape(shape).size(), 0.3));
          }
          return root.create(drawn.get(next[0]++), new Shape(shape));
        };
    return new DecoderStack(config, source, "layers", type);
  }

  /** Weights drawn before, those of linear layers column-major. */
  private WeightSource inColumns(List<float[]> drawn) {
    int[] next = {0};
    return new WeightSource() {
      @Override
      public NDArray get(String name, long... shape) {
        return root.create(drawn.get(next[0]++), new Shape(shape));
      }

      @Override
      public NDArray linear(String name, long out, long in) {
        NDArray gap = root.zeros(new Shape(in, ColumnMajor.width(out) - out));
        return ColumnMajor.of(get(name, out, in).transpose().concat(gap, 1), out);
      }
    };
  }

  private float[] draw(int count, double spread) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) (spread * random.nextGaussian());
    }
    return values;
  }

  /** Prompts of several lengths. */
  private RaggedBatch batch(LanguageModelConfig config) {
    NDManager step = root.newSubManager();
    int rows = IntStream.of(PROMPTS).sum();
    random.setSeed(11);
    NDArray hidden =
        step.create(draw(rows * config.hiddenSize(), 1), new Shape(rows, config.hiddenSize()));
    return new RaggedBatch(
        IntStream.of(PROMPTS).mapToObj(length -> sequence(length, config)).toList(),
        hidden,
        new RotaryEmbedding(config.rope().frequencies(HEAD_DIM)));
  }

  private Sequence sequence(int length, LanguageModelConfig config) {
    NDManager memory = root.newSubManager();
    int[] text = new int[length];
    Arrays.fill(text, Prompt.TEXT);
    Prompt prompt =
        new Prompt(
            memory.zeros(new Shape(length, config.hiddenSize())),
            Positions.text(1, 0, length),
            text,
            length);
    Shape row = new Shape(config.numKeyValueHeads(), config.headDim());
    KvCache cache = new KvCache(memory, LAYERS, row, FLOAT32, 99);
    return new Sequence(memory, LAYERS, cache, prompt, QuestionPruning.none(LAYOUT));
  }
}
