package io.cropvqa.domain;

import java.util.List;

/**
 * Questions that lie in their topics and are not settled, whether or not they were fetched.
 *
 * @param partitions of every topic that is read; none while the broker can't be asked
 */
public record CommittedLag(List<Partition> partitions) {
  /** Nothing is known. */
  public static final CommittedLag UNKNOWN = new CommittedLag(List.of());

  public CommittedLag {
    partitions = List.copyOf(partitions);
  }

  /**
   * One partition's share.
   *
   * @param records its end less the offset that the consumer group has committed
   */
  public record Partition(String topic, int number, long records) {}
}
