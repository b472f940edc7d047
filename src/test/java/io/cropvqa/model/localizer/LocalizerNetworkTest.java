package io.cropvqa.model.localizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.Samples;
import io.cropvqa.domain.ImageBox;
import io.cropvqa.model.ConfigJson;
import io.cropvqa.model.LanguageModelConfig;
import io.cropvqa.pruning.PatchGrid;
import io.cropvqa.pruning.VisualLayout;
import io.cropvqa.tensor.Autograd;
import io.cropvqa.tensor.Torch;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LocalizerNetworkTest {
  private static final int VISUAL = 12;
  private static final LocalizerConfig CONFIG = TinyLocalizer.config(VISUAL);
  private static final int PATCHES = 6;

  private final Random random = new Random(3);
  private NDManager memory;
  private Map<String, NDArray> weights;
  private LocalizerNetwork network;

  @BeforeEach
  void open() {
    memory = Torch.open(Device.cpu());
    weights = TinyLocalizer.weights(CONFIG, 1, memory);
    network = new LocalizerNetwork(CONFIG, (name, shape) -> weights.get(name));
  }

  @AfterEach
  void close() {
    memory.close();
  }

  private NDArray random(long... shape) {
    return TinyLocalizer.random(random, memory, shape);
  }

  private NDArray positions(int pictures) {
    VisualLayout grid = VisualLayout.of(new PatchGrid(2, 3, new ImageBox(-0.1, 0, 1.1, 1)));
    float[] rows =
        PositionEncoding.ofPatches(
            grid, IntStream.range(0, PATCHES).toArray(), CONFIG.hiddenSize());
    NDArray one = memory.create(rows, new Shape(1, PATCHES, CONFIG.hiddenSize()));
    return one.repeat(0, pictures);
  }

  /** Along a random direction of every weight, the gradient says how the loss changes. */
  @Test
  void gradientsAgreeWithFiniteDifferences() {
    NDArray patches = random(2, PATCHES, VISUAL);
    NDArray words = random(4, 3, VISUAL);
    NDArray bias = memory.zeros(new Shape(4, 1, 1, 7));
    NDArray wanted = random(4, 4, 8);
    weights.values().forEach(weight -> weight.setRequiresGradient(true));

    Autograd.backward(() -> loss(patches, words, bias, wanted));

    weights.forEach(
        (name, weight) -> {
          NDArray direction = random(weight.getShape().getShape());
          direction = direction.div(direction.norm());
          double predicted = Autograd.gradient(weight).mul(direction).sum().getFloat();
          float step = 5e-3f;
          double up = moved(weight, direction.mul(step), patches, words, bias, wanted);
          double down = moved(weight, direction.mul(-step), patches, words, bias, wanted);
          assertThat((up - down) / (2 * step))
              .as(name)
              .isCloseTo(predicted, within(0.02 * Math.abs(predicted) + 4e-3));
        });
  }

  private double moved(
      NDArray weight, NDArray by, NDArray patches, NDArray words, NDArray bias, NDArray wanted) {
    return Autograd.untracked(
        () -> {
          NDArray before = weight.duplicate();
          weight.addi(by);
          double loss = loss(patches, words, bias, wanted).getFloat();
          weight.subi(weight).addi(before);
          return loss;
        });
  }

  private NDArray loss(NDArray patches, NDArray words, NDArray bias, NDArray wanted) {
    NDArray logits = network.forward(patches, positions(2), words, bias);
    return logits.logSoftmax(-1).mul(wanted).sum();
  }

  /** What is trained is what answers: logits are the same where gradients go through. */
  @Test
  void trainsWhatItAnswersWith() {
    NDArray patches = random(2, PATCHES, VISUAL);
    NDArray words = random(4, 3, VISUAL);
    float[] hidden = new float[4 * 7];
    hidden[2 * 7 + 6] = Float.NEGATIVE_INFINITY;
    NDArray bias = memory.create(hidden, new Shape(4, 1, 1, 7));
    float[] answering = network.forward(patches, positions(2), words, bias).toFloatArray();
    weights.values().forEach(weight -> weight.setRequiresGradient(true));

    NDList trained = new NDList();
    Autograd.backward(
        () -> {
          trained.add(network.forward(patches, positions(2), words, bias));
          return trained.head().sum();
        });

    assertThat(trained.head().toFloatArray()).containsExactly(answering, within(1e-5f));
  }

  /** Two questions about each of two pictures, one of them padded, are as each alone. */
  @Test
  void aBatchIsAsItsQuestionsOneByOne() {
    NDArray patches = random(2, PATCHES, VISUAL);
    NDArray words = random(4, 3, VISUAL);
    float[] hidden = new float[4 * 7];
    hidden[2 * 7 + 6] = Float.NEGATIVE_INFINITY; // the third question has two words
    NDArray bias = memory.create(hidden, new Shape(4, 1, 1, 7));

    NDArray batch = network.forward(patches, positions(2), words, bias);

    for (int question = 0; question < 4; question++) {
      int count = question == 2 ? 2 : 3;
      NDArray own = words.get("{}:{}, :{}", question, question + 1, count);
      NDArray picture = patches.get("{}:{}", question / 2, question / 2 + 1);
      NDArray alone = network.forward(picture, positions(1), own, null);
      assertThat(alone.get(0).sub(batch.get(question)).abs().max().getFloat()).isLessThan(1e-5f);
    }
  }

  /** A patch is known by where it looks, not by its place in the sequence. */
  @Test
  void theOrderOfPatchesMeansNothing() {
    NDArray patches = random(1, PATCHES, VISUAL);
    NDArray words = random(1, 3, VISUAL);
    NDArray there = network.forward(patches, positions(1), words, null);
    NDArray back = network.forward(reversed(patches), reversed(positions(1)), words, null);
    assertThat(back.sub(there).abs().max().getFloat()).isLessThan(1e-5f);

    NDArray misplaced = network.forward(reversed(patches), positions(1), words, null);
    assertThat(misplaced.sub(there).abs().max().getFloat()).isGreaterThan(1e-3f);
  }

  private static NDArray reversed(NDArray x) {
    NDList rows = new NDList();
    for (long i = x.getShape().get(1) - 1; i >= 0; i--) {
      rows.add(x.get(":, {}:{}", i, i + 1));
    }
    return NDArrays.concat(rows, 1);
  }

  @Test
  void theOrderOfWordsDoes() {
    NDArray patches = random(1, PATCHES, VISUAL);
    NDArray words = random(1, 3, VISUAL);
    NDArray there = network.forward(patches, positions(1), words, null);
    NDArray back = network.forward(patches, positions(1), reversed(words), null);
    assertThat(back.sub(there).abs().max().getFloat()).isGreaterThan(1e-3f);
  }

  @Test
  void inputsThatDoNotFitAreRefused() {
    assertThatThrownBy(
            () ->
                network.forward(
                    random(1, PATCHES, VISUAL + 1), positions(1), random(1, 3, VISUAL), null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("visual_size = 12");
    assertThatThrownBy(
            () ->
                network.forward(
                    random(2, PATCHES, VISUAL), positions(2), random(3, 3, VISUAL), null))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Of the bundled model, with questions shorter and longer than it knows. */
  @Test
  void itCostsLessThanAFifthOfTheFullPrefill() {
    LanguageModelConfig decoder =
        LanguageModelConfig.read(ConfigJson.read(Samples.MODEL).child("text_config"), true);
    int patches = 256;
    for (int words : new int[] {4, 10, 20}) {
      long prefill = decoder.numHiddenLayers() * decoder.prefillFlops(patches + words);
      assertThat(LocalizerConfig.of(decoder.hiddenSize()).flops(patches, words))
          .as("%d words", words)
          .isPositive()
          .isLessThan(prefill / 5);
    }
  }

  /** Counted by hand: D = 12, W = 16, 24 inside, 2 blocks; 6 patches, 3 words. */
  @Test
  void flopsAreThoseOfItsProducts() {
    long projections = (6 + 3) * 12 * 16 + 4 * 16 * 8;
    long similarity = 7 * 6 * 16;
    long keysAndValues = 2 * 6 * 16 * 16;
    long perRow = 4 * 16 * 16 + 2 * 16 * 16 + 2 * 16 * 24;
    long attention = 2 * 7 * 7 * 16 + 2 * 7 * 6 * 16;
    assertThat(CONFIG.flops(6, 3))
        .isEqualTo(2 * (projections + similarity + 2 * (keysAndValues + 7 * perRow + attention)));
  }
}
