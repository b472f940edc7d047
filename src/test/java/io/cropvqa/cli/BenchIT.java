package io.cropvqa.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code bench} on the packaged application: that it measures, not what. */
class BenchIT {
  private final PackagedApplication application = new PackagedApplication();

  @Test
  void aShapeIsMeasuredAgainstTheMachine() throws Exception {
    JsonNode report =
        bench("--shape", "tiny", "--layers", "4", "--budgets", "11%", "--new-tokens", "2");

    JsonNode rows = report.at("/decoder/rows");
    assertThat(rows.findValuesAsText("method")).containsExactly("none", "crop");
    assertThat(rows.at("/1/budget").intValue()).isEqualTo(28);
    assertThat(rows.at("/1/idealSpeedUp").doubleValue()).isBetween(2.0, 6.0);
    for (JsonNode row : rows) {
      assertThat(row.at("/prefillMs/median").doubleValue()).isPositive();
      assertThat(row.at("/shareOfMatmulPeak").doubleValue()).isBetween(0.0, 1.5);
      assertThat(row.at("/peakMemoryBytes").longValue()).isGreaterThan(1 << 26);
    }
    assertThat(report.at("/decoder/layers").intValue()).isEqualTo(4);
    assertThat(report.at("/threads").intValue()).isEqualTo(1);
  }

  @Test
  void theBundledModelIsAskedOneAtATimeAndManyAtOnce() throws Exception {
    JsonNode report =
        bench(
            "--budgets",
            "11%",
            "--questions",
            "4",
            "--concurrency",
            "2",
            "--new-tokens",
            "4",
            "--ignore-eos");

    JsonNode engine = report.at("/engine");
    assertThat(engine.at("/ignoreEos").booleanValue()).isTrue();
    assertThat(engine.at("/pictureTokens").intValue()).isEqualTo(256);
    assertThat(engine.at("/latency").findValuesAsText("method")).containsExactly("none", "crop");
    assertThat(engine.at("/latency/0/visualTokens").doubleValue()).isEqualTo(256);
    assertThat(engine.at("/latency/1/visualTokens").doubleValue()).isBetween(20.0, 28.0);
    for (int row = 0; row < 2; row++) {
      assertThat(engine.at("/latency").get(row).at("/encodeMs").doubleValue()).isGreaterThan(0.1);
      assertThat(engine.at("/throughput").get(row).at("/encodings").doubleValue()).isEqualTo(4);
      assertThat(engine.at("/throughputOnOnePicture").get(row).at("/encodings").doubleValue())
          .isEqualTo(1);
      assertThat(engine.at("/throughput").get(row).at("/answerTokens").doubleValue()).isEqualTo(4);
      assertThat(engine.at("/throughput").get(row).at("/atOnce/median").doubleValue()).isPositive();
      assertThat(engine.at("/throughput").get(row).at("/meanBatch").doubleValue())
          .isBetween(1.0, 2.0);
    }
  }

  @Test
  void plainPromptsOfTheBundledModelsDecoder() throws Exception {
    JsonNode rows = bench("--prompt-tokens", "20,40", "--new-tokens", "2").at("/decoder/rows");

    assertThat(rows.findValuesAsText("method")).containsExactly("text@20", "text@40");
    assertThat(rows.at("/1/tokens").doubleValue()).isEqualTo(40);
  }

  @Test
  void aMethodThatAShapeCanNotUseIsUnusable() throws Exception {
    PackagedApplication.Result result =
        application.run("bench", "--shape", "tiny", "--methods", "visionzip", "--rounds", "1");

    assertThat(result.exitCode()).isEqualTo(2);
    assertThat(result.err()).contains("visionzip").contains("use another method");
    assertThat(result.out()).isEmpty();
  }

  private JsonNode bench(String... options) throws Exception {
    List<String> args =
        new ArrayList<>(List.of("bench", "--rounds", "1", "--warm-up", "1", "--json"));
    args.addAll(List.of(options));
    PackagedApplication.Result result = application.run(args.toArray(String[]::new));
    assertThat(result.exitCode()).as(result.err()).isZero();
    return new ObjectMapper().readTree(result.out());
  }
}
