package io.cropvqa.pruning;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.cropvqa.domain.ContextualRegion;
import io.cropvqa.domain.ImageBox;
import io.cropvqa.tensor.TorchOps;
import io.cropvqa.tensor.Waves;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The trained part of {@code plc}: two banks of learned queries, of which one reads the region and
 * the other the rest. What they read is added to the means of blocks of tokens. The same code
 * trains and answers.
 *
 * @param config its shape
 * @param normWeight [D], of the layer normalization of all that is read
 * @param normBias [D]
 * @param region reads the region
 * @param background reads the rest
 */
public record PlcNetwork(
    PlcConfig config, NDArray normWeight, NDArray normBias, PlcBank region, PlcBank background) {

  /** P, width of the encoding of a place: a half for x, a half for y. */
  public static final int PLACE = 64;

  /** Queries of a bank: one for each block of the grid that regions are given on. */
  public static final int CELLS = ContextualRegion.GRID * ContextualRegion.GRID;

  private static final double EPSILON = 1e-5;
  private static final Waves WAVES =
      new Waves(PLACE / 4, 2 * Math.PI * 0.25, 2 * Math.PI * 16); // cycles over the image

  /** Where something stands on the original image, in fractions of its size. */
  private record Place(double x, double y) {
    static Place of(int token, VisualTokens tokens) {
      ImageBox box = tokens.layout().box(tokens.patches()[token]);
      return new Place(box.centreX(), box.centreY());
    }

    static Place middle(int[] members, VisualTokens tokens) {
      double x = 0;
      double y = 0;
      for (int member : members) {
        Place place = of(member, tokens);
        x += place.x / members.length;
        y += place.y / members.length;
      }
      return new Place(x, y);
    }

    long cell() {
      return step(y) * ContextualRegion.GRID + step(x);
    }

    private static long step(double share) {
      long step = (long) Math.floor(share * ContextualRegion.GRID);
      return Math.max(0, Math.min(ContextualRegion.GRID - 1, step)); // padding lies outside
    }
  }

  /**
   * What is added to the means of blocks: what their queries read, in units of the root mean square
   * of the tokens, so that one learning rate suits every model.
   *
   * @param bank whose queries read
   * @param tokens all tokens of the image, D wide
   * @param seen the n tokens that the bank reads, as indices
   * @param blocks m groups of them
   * @param scope owns the result and what is made on the way; closed after gradients are there
   * @return [m, D]
   */
  NDArray residual(
      PlcBank bank, VisualTokens tokens, int[] seen, TokenGroups blocks, NDManager scope) {
    long[] index = IntStream.of(seen).asLongStream().toArray();
    NDArray read = TorchOps.rows(scope.create(index), tokens.embeddings()); // [n, D]
    Place[] middles =
        blocks.members().stream()
            .map(members -> Place.middle(members, tokens))
            .toArray(Place[]::new);
    long[] cells = IntStream.range(0, middles.length).mapToLong(i -> middles[i].cell()).toArray();
    Place[] places = IntStream.of(seen).mapToObj(t -> Place.of(t, tokens)).toArray(Place[]::new);
    NDArray added =
        bank.read(
            rows(blocks.mean(tokens.embeddings(), scope), middles, scope),
            scope.create(cells),
            rows(read, places, scope),
            members(blocks, seen, scope));
    return added.mul(read.square().mean().sqrt());
  }

  private PlcBank.Rows rows(NDArray values, Place[] places, NDManager scope) {
    float[] encoded = new float[places.length * PLACE];
    Map<Double, float[]> known = new HashMap<>(); // patches share rows and columns
    for (int i = 0; i < places.length; i++) {
      float[] x = known.computeIfAbsent(places[i].x, PlcNetwork::waves);
      float[] y = known.computeIfAbsent(places[i].y, PlcNetwork::waves);
      System.arraycopy(x, 0, encoded, i * PLACE, x.length);
      System.arraycopy(y, 0, encoded, i * PLACE + x.length, y.length);
    }
    return new PlcBank.Rows(
        TorchOps.layerNorm(values, normWeight, normBias, EPSILON),
        scope.create(encoded, new Shape(places.length, PLACE)));
  }

  private static float[] waves(double share) {
    float[] waves = new float[PLACE / 2];
    WAVES.write(share, waves, 0);
    return waves;
  }

  /** Ones and zeros: [m, n]. */
  private static NDArray members(TokenGroups blocks, int[] seen, NDManager scope) {
    Map<Integer, Integer> columns = new HashMap<>();
    for (int i = 0; i < seen.length; i++) {
      columns.put(seen[i], i);
    }
    float[] members = new float[blocks.count() * seen.length];
    for (int block = 0; block < blocks.count(); block++) {
      for (int member : blocks.members(block)) {
        members[block * seen.length + columns.get(member)] = 1;
      }
    }
    return scope.create(members, new Shape(blocks.count(), seen.length));
  }
}
