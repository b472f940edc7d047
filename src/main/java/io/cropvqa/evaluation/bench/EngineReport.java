package io.cropvqa.evaluation.bench;

import io.cropvqa.domain.ModelIdentity;
import java.util.List;

/**
 * What questions cost an engine.
 *
 * @param model which model answered, where
 * @param pictureTokens visual tokens of the first picture
 * @param questions asked with each row in each round, each about a picture of its own
 * @param concurrency clients, where throughput is measured
 * @param newTokens most tokens of an answer
 * @param ignoreEos whether every answer had as many
 * @param rounds measured
 * @param seed of the pictures
 * @param latency one question at a time
 * @param throughput questions about distinct pictures
 * @param throughputOnOnePicture questions about one picture
 * @param largestBatch most questions in one step of the decoder
 */
public record EngineReport(
    ModelIdentity model,
    int pictureTokens,
    int questions,
    int concurrency,
    int newTokens,
    boolean ignoreEos,
    int rounds,
    long seed,
    List<LatencyRow> latency,
    List<ThroughputRow> throughput,
    List<ThroughputRow> throughputOnOnePicture,
    double largestBatch) {}
