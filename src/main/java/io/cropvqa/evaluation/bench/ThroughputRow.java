package io.cropvqa.evaluation.bench;

/**
 * How many questions a second the engine answers.
 *
 * @param method the pruning method
 * @param budget visual tokens it may cost, averaged over the layers; null for {@code none}
 * @param questions in each run
 * @param oneAtATime questions a second of one client, which waits for each answer
 * @param atOnce questions a second of all clients together
 * @param gain median of all clients over that of one
 * @param answerTokens tokens of an answer, the mean
 * @param meanBatch questions in one step of the decoder, while all clients ask
 * @param encodings pictures encoded in a run of all clients, the median
 */
public record ThroughputRow(
    String method,
    Integer budget,
    int questions,
    Spread oneAtATime,
    Spread atOnce,
    double gain,
    double answerTokens,
    double meanBatch,
    double encodings) {}
