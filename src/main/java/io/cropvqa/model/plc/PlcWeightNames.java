package io.cropvqa.model.plc;

import io.cropvqa.model.weights.WeightSource;
import io.cropvqa.pruning.PlcBank;
import io.cropvqa.pruning.PlcConfig;
import io.cropvqa.pruning.PlcNetwork;

/** Names of the weights in {@code plc/plc.safetensors}. */
public final class PlcWeightNames {
  private PlcWeightNames() {}

  /**
   * Makes a network of weights from anywhere.
   *
   * @throws IllegalArgumentException if the source lacks one, or has one of another shape
   */
  public static PlcNetwork network(PlcConfig config, WeightSource weights) {
    int seen = config.visualSize();
    return new PlcNetwork(
        config,
        weights.get("norm.weight", seen),
        weights.get("norm.bias", seen),
        bank("region", config, weights),
        bank("background", config, weights));
  }

  private static PlcBank bank(String name, PlcConfig config, WeightSource weights) {
    int seen = config.visualSize();
    int width = config.hiddenSize();
    return new PlcBank(
        weights.get(name + ".queries", PlcNetwork.CELLS, width),
        weights.get(name + ".q_proj.weight", width, seen),
        weights.get(name + ".k_proj.weight", width, seen),
        weights.get(name + ".v_proj.weight", width, seen),
        weights.get(name + ".o_proj.weight", seen, width),
        weights.get(name + ".place_proj.weight", width, PlcNetwork.PLACE),
        weights.get(name + ".own", config.numAttentionHeads(), 1, 1));
  }
}
