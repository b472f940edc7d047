package io.cropvqa.evaluation.bench;

import static io.cropvqa.evaluation.MarkdownTable.number;
import static io.cropvqa.evaluation.MarkdownTable.percent;

import io.cropvqa.evaluation.Machine;
import io.cropvqa.evaluation.MarkdownTable;
import java.util.List;
import java.util.Locale;

/** A report as Markdown tables, for people. */
public final class BenchMarkdown {
  private static final double GIGA = 1e9;
  private static final double MEBI = 1 << 20;

  private final MarkdownTable text = new MarkdownTable();

  private BenchMarkdown() {}

  public static String of(BenchReport report) {
    BenchMarkdown markdown = new BenchMarkdown();
    if (report.decoder() != null) {
      markdown.decoder(report.decoder(), where(report));
    }
    if (report.engine() != null) {
      markdown.engine(report.engine(), where(report));
    }
    return markdown.text.toString();
  }

  private static String where(BenchReport report) {
    Machine machine = report.machine();
    return String.format(
        Locale.ROOT,
        "%s, %d processors, %d threads an operation, JDK %s",
        machine.cpu(),
        machine.processors(),
        report.threads(),
        machine.java());
  }

  private void decoder(DecoderReport report, String where) {
    text.line(
        "%s: %d layers%s. %s. Matrix product %.1f GFLOP/s, reading %.1f GB/s. Medians of %d"
            + " rounds.",
        report.subject(),
        report.layers(),
        weights(report),
        where,
        report.ceilings().flopsPerSecond() / GIGA,
        report.ceilings().bytesPerSecond() / GIGA,
        report.rounds());
    text.line("");
    text.head(
        List.of(
            "prompt",
            "budget",
            "tokens a layer",
            "FLOPs %",
            "prefill ms",
            "speed-up",
            "ideal",
            "% of ideal",
            "% of matmul peak",
            "decode tokens/s",
            "% of bandwidth",
            "KV MiB",
            "peak MiB"));
    report.rows().forEach(this::decoderRow);
    text.line("");
    text.line(
        "Prefill: compression, prompt assembly and prefill. Ideal: the ratio of counted FLOPs."
            + " Decode: %d tokens after the prefill; bandwidth counts every layer's weights, and"
            + " keys and values. In brackets: quartiles.",
        report.newTokens());
  }

  private static String weights(DecoderReport report) {
    return report.weightSets() == report.layers()
        ? ""
        : String.format(
            Locale.ROOT,
            " taking turns with %d sets of weights (together far larger than any cache)",
            report.weightSets());
  }

  private void decoderRow(DecoderRow row) {
    text.row(
        List.of(
            row.method(),
            budget(row.budget()),
            number("%.1f", row.tokens()),
            percent(row.flopsShare()),
            spread("%.2f", row.prefillMs()),
            number("%.2f", row.speedUp()),
            number("%.2f", row.idealSpeedUp()),
            row.shareOfIdeal() == null ? "" : percent(row.shareOfIdeal()),
            percent(row.shareOfMatmulPeak()),
            spread("%.2f", row.decodeTokensPerSecond()),
            percent(row.shareOfReadBandwidth()),
            number("%.1f", row.kvCacheBytes() / MEBI),
            row.peakMemoryBytes() == null ? "" : number("%.0f", row.peakMemoryBytes() / MEBI)));
  }

  private void engine(EngineReport report, String where) {
    text.line(
        "%s (%s) on %s. %s. %d questions a round, %s%d tokens an answer, medians of %d"
            + " rounds; seed %d. One question at a time, each about a picture of its own:",
        report.model().name(),
        report.model().revision(),
        report.model().device(),
        where,
        report.questions(),
        report.ignoreEos() ? "" : "at most ",
        report.newTokens(),
        report.rounds(),
        report.seed());
    text.line("");
    text.head(
        List.of(
            "method",
            "budget",
            "tokens a layer",
            "ms",
            "speed-up",
            "encode",
            "localize",
            "compress",
            "prefill",
            "generate"));
    report.latency().forEach(this::latencyRow);
    text.line("");
    text.line("Questions a second, each about a picture of its own:");
    text.line("");
    throughput(report.throughput(), report.concurrency());
    text.line("Questions a second, all of a run about one picture:");
    text.line("");
    throughput(report.throughputOnOnePicture(), report.concurrency());
    text.line(
        "Most questions in one step of the decoder: %.0f. In brackets: quartiles.",
        report.largestBatch());
  }

  private void latencyRow(LatencyRow row) {
    text.row(
        List.of(
            row.method(),
            budget(row.budget()),
            number("%.1f", row.visualTokens()),
            spread("%.2f", row.totalMs()),
            number("%.2f", row.speedUp()),
            number("%.2f", row.encodeMs()),
            number("%.2f", row.localizeMs()),
            number("%.2f", row.compressMs()),
            number("%.2f", row.prefillMs()),
            number("%.2f", row.generateMs())));
  }

  private void throughput(List<ThroughputRow> rows, int clients) {
    text.head(
        List.of(
            "method",
            "budget",
            "1 client",
            clients + " clients",
            "gain",
            "tokens an answer",
            "questions a step",
            "pictures encoded"));
    for (ThroughputRow row : rows) {
      text.row(
          List.of(
              row.method(),
              budget(row.budget()),
              spread("%.2f", row.oneAtATime()),
              spread("%.2f", row.atOnce()),
              number("%.2f", row.gain()),
              number("%.1f", row.answerTokens()),
              number("%.1f", row.meanBatch()),
              String.format(
                  Locale.ROOT, "%.0f for %d questions", row.encodings(), row.questions())));
    }
    text.line("");
  }

  private static String budget(Integer budget) {
    return budget == null ? "" : budget.toString();
  }

  /** Such as {@code 12.30 (12.10 to 12.60)}. */
  private static String spread(String format, Spread spread) {
    return "%s (%s to %s)"
        .formatted(
            number(format, spread.median()),
            number(format, spread.lowerQuartile()),
            number(format, spread.upperQuartile()));
  }
}
