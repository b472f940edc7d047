package io.cropvqa.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.cropvqa.pruning.TokenGroups;
import io.cropvqa.tensor.TorchOps;

/**
 * Keys and values of one sequence, [T, Hkv, d] a layer, each layer with its own T: pruning shortens
 * some and not others. Keys are stored rotated, so their order is free of positions.
 */
public final class KvCache {
  private final NDManager memory;
  private final NDArray[] keys;
  private final NDArray[] values;

  /**
   * @param memory owns what the cache holds; closing it frees the cache
   */
  KvCache(NDManager memory, int layers) {
    this.memory = memory;
    this.keys = new NDArray[layers];
    this.values = new NDArray[layers];
  }

  /** Adds the rows of new tokens, [T, Hkv, d] each. */
  void append(int layer, NDArray newKeys, NDArray newValues) {
    keys[layer] = joined(keys[layer], newKeys);
    values[layer] = joined(values[layer], newValues);
  }

  private NDArray joined(NDArray old, NDArray added) {
    if (old == null) {
      // A copy: the rows are a view of the whole batch's and would keep all of it alive.
      NDArray own = TorchOps.copy(added);
      own.attach(memory);
      return own;
    }
    NDArray all = old.concat(added, 0);
    old.close();
    return all;
  }

  /**
   * Makes each group of rows one, their mean, in one layer.
   *
   * @param step owns what is computed on the way
   */
  void merge(int layer, TokenGroups groups, NDManager step) {
    keys[layer] = merged(keys[layer], groups, step);
    values[layer] = merged(values[layer], groups, step);
  }

  private NDArray merged(NDArray all, TokenGroups groups, NDManager step) {
    NDArray kept = groups.mean(all, step);
    kept.attach(memory);
    all.close();
    return kept;
  }

  /** [T, Hkv, d]. */
  NDArray keys(int layer) {
    return keys[layer];
  }

  /** [T, Hkv, d]. */
  NDArray values(int layer) {
    return values[layer];
  }

  /** Tokens held in one layer. */
  public int length(int layer) {
    return keys[layer] == null ? 0 : (int) keys[layer].getShape().get(0);
  }

  /** Bytes held in all layers. */
  public long bytes() {
    long bytes = 0;
    for (int layer = 0; layer < keys.length; layer++) {
      if (keys[layer] != null) {
        bytes += 2 * keys[layer].size() * keys[layer].getDataType().getNumOfBytes();
      }
    }
    return bytes;
  }
}
