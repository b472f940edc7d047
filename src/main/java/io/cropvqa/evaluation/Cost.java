package io.cropvqa.evaluation;

import java.util.List;
import java.util.stream.IntStream;

/**
 * What a row's answers cost in tokens and operations, as its schedule really ran: the mean over its
 * questions.
 *
 * @param averageVisualTokens visual tokens averaged over the layers, what a budget bounds
 * @param visualTokensPerLayer visual tokens that each decoder layer worked on
 * @param prefillFlops floating-point operations of the decoder's prefill, ranking between layers
 *     included; those of the vision encoder, the localizer and selection before the decoder are not
 *     in it, but in the times
 * @param flopsShare of the unpruned prefill's
 */
public record Cost(
    double averageVisualTokens,
    List<Double> visualTokensPerLayer,
    double prefillFlops,
    double flopsShare) {

  /** Null where there is no run. */
  static Cost of(List<Run> runs) {
    if (runs.isEmpty()) {
      return null;
    }
    int layers = runs.get(0).visualTokensPerLayer().size();
    List<Double> perLayer =
        IntStream.range(0, layers)
            .mapToObj(
                layer ->
                    runs.stream()
                        .mapToInt(run -> run.visualTokensPerLayer().get(layer))
                        .average()
                        .orElseThrow())
            .toList();
    double flops = runs.stream().mapToDouble(Run::prefillFlops).sum();
    return new Cost(
        perLayer.stream().mapToDouble(Double::doubleValue).average().orElseThrow(),
        perLayer,
        flops / runs.size(),
        flops / runs.stream().mapToDouble(Run::prefillFlopsFull).sum());
  }
}
