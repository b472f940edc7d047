package io.cropvqa.cli;

import io.cropvqa.evaluation.bench.BatchCounter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;

/** The engine's steps as its own metrics count them. */
final class MeteredBatches implements BatchCounter {
  private static final String METER = "crop.batch.size";

  private final MeterRegistry meters;

  MeteredBatches(MeterRegistry meters) {
    this.meters = meters;
  }

  @Override
  public long steps() {
    return summaries().stream().mapToLong(DistributionSummary::count).sum();
  }

  @Override
  public double questions() {
    return summaries().stream().mapToDouble(DistributionSummary::totalAmount).sum();
  }

  @Override
  public double largest() {
    return summaries().stream().mapToDouble(DistributionSummary::max).max().orElse(0);
  }

  private Collection<DistributionSummary> summaries() {
    return meters.find(METER).summaries();
  }
}
