package io.cropvqa.pruning;

import java.util.List;

/**
 * {@code crop}, the default (ours): both of CROP's stages within one budget. Pre-LLM Compression
 * lets somewhat more tokens in than the budget, and Inner-LLM Pruning pays it back after K layers.
 *
 * <p>Worked example, LLaVA-1.5-7B: N=576, L=32, K=4, B=64 and a compression of 1.25 budgets let 80
 * tokens in, of which {@code (32*64 - 80*4) / 28 = 61} survive layer 4.
 */
final class CropPruning implements PruningMethod {
  private final PruningMethod compression;
  private final InnerLlmPruning pruning;
  private final double let;

  /**
   * @param compression the first stage
   */
  CropPruning(PruningMethod compression, PruningSettings settings) {
    this.compression = compression;
    this.pruning = new InnerLlmPruning(settings.crop().layer(), settings.ilpMinSurvivors());
    this.let = settings.crop().compression();
  }

  @Override
  public String name() {
    return "crop";
  }

  @Override
  public PruningSchedule schedule(int visualTokens, int layers, int budget) {
    int compressed = (int) Math.min(visualTokens, Math.round(let * budget));
    List<PruningSchedule.Cut> cuts = pruning.schedule(compressed, layers, budget).cuts();
    return new PruningSchedule(compressed, cuts);
  }

  @Override
  public VisualTokens compress(VisualTokens tokens, int keep, PruningRequest request) {
    return compression.compress(tokens, keep, request);
  }

  @Override
  public TokenGroups select(LayerView layer, int keep, PruningRequest request) {
    return pruning.select(layer, keep, request);
  }
}
