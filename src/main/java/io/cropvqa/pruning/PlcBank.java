package io.cropvqa.pruning;

import ai.djl.ndarray.NDArray;
import io.cropvqa.tensor.Autograd;
import io.cropvqa.tensor.TorchOps;

/**
 * One bank of learned queries and the cross-attention by which they read tokens, in operations that
 * gradients go through. Queries and keys know what they are of and where they stand; values only
 * what they are of.
 *
 * @param queries [64, W], one for each cell of the 8x8 grid over the image, row by row
 * @param qProj [W, D]
 * @param kProj [W, D]
 * @param vProj [W, D]
 * @param oProj [D, W]; zero before training, so that nothing is added
 * @param placeProj [W, P], of the places of queries and keys alike
 * @param own [H, 1, 1], how much more a query heeds the members of its own block
 */
public record PlcBank(
    NDArray queries,
    NDArray qProj,
    NDArray kProj,
    NDArray vProj,
    NDArray oProj,
    NDArray placeProj,
    NDArray own) {

  /**
   * What is read and by whom.
   *
   * @param values [rows, D], normalized
   * @param places [rows, P]
   */
  record Rows(NDArray values, NDArray places) {}

  /**
   * @param blocks means of m blocks
   * @param cells [m] int64, where each block lies on the 8x8 grid
   * @param tokens the n tokens that the bank reads
   * @param members [m, n], one where a token is a member of the block, else zero
   * @return [m, D]
   */
  NDArray read(Rows blocks, NDArray cells, Rows tokens, NDArray members) {
    NDArray asked = TorchOps.rows(cells, queries); // [m, W]
    NDArray q = heads(placed(blocks, qProj).add(asked)); // [H, m, d]
    NDArray k = heads(placed(tokens, kProj)); // [H, n, d]
    NDArray v = heads(TorchOps.linear(tokens.values(), vProj, null)); // [H, n, d]
    double scale = 1 / Math.sqrt(q.getShape().get(2));
    NDArray scores = Autograd.scale(q, scale).matMul(k.transpose(0, 2, 1)); // [H, m, n]
    NDArray heeded = scores.add(members.expandDims(0).mul(own)).softmax(-1);
    NDArray mixed = heeded.matMul(v).transpose(1, 0, 2); // [m, H, d]
    return TorchOps.linear(mixed.reshape(asked.getShape()), oProj, null);
  }

  private NDArray placed(Rows rows, NDArray proj) {
    NDArray what = TorchOps.linear(rows.values(), proj, null);
    return what.add(TorchOps.linear(rows.places(), placeProj, null)); // [rows, W]
  }

  private NDArray heads(NDArray x) {
    return x.reshape(x.getShape().get(0), own.getShape().get(0), -1).transpose(1, 0, 2);
  }
}
