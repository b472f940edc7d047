package io.cropvqa.evaluation.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import io.cropvqa.evaluation.Machine;

/**
 * Everything that was measured; its fields are those of {@code --json}.
 *
 * @param machine where
 * @param threads of one operation
 * @param decoder what prompts cost a decoder; null if that was not measured
 * @param engine what questions cost the engine; null if that was not measured
 */
public record BenchReport(
    Machine machine,
    int threads,
    @JsonInclude(Include.NON_NULL) DecoderReport decoder,
    @JsonInclude(Include.NON_NULL) EngineReport engine) {

  public static BenchReport of(DecoderReport decoder, int threads) {
    return new BenchReport(Machine.current(), threads, decoder, null);
  }

  public static BenchReport of(EngineReport engine, int threads) {
    return new BenchReport(Machine.current(), threads, null, engine);
  }
}
