package io.cropvqa.observability;

import static org.assertj.core.api.Assertions.assertThat;

import io.cropvqa.domain.CommittedLag;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LagGaugesTest {
  private final Scrape scrape = new Scrape();
  private final LagGauges gauges =
      new LagGauges(scrape.registry(), new InferenceMetrics(scrape.registry()));

  @Test
  void eachPartitionShowsWhatWasSeenLast() {
    see(new CommittedLag.Partition("q", 0, 7), new CommittedLag.Partition("q", 1, 2));
    see(new CommittedLag.Partition("q", 0, 5), new CommittedLag.Partition("q", 1, 2));

    assertThat(lag("0")).isEqualTo(5);
    assertThat(lag("1")).isEqualTo(2);
  }

  @Test
  void whatIsNotKnownIsNotShown() {
    see(new CommittedLag.Partition("q", 0, 7));

    gauges.show(CommittedLag.UNKNOWN);

    assertThat(lag("0")).isNaN();
  }

  private void see(CommittedLag.Partition... partitions) {
    gauges.show(new CommittedLag(List.of(partitions)));
  }

  private double lag(String partition) {
    return scrape.value("crop_committed_lag", Map.of("topic", "q", "partition", partition));
  }
}
