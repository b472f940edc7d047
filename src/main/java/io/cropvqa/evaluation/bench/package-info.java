/**
 * Measures time: what a prompt costs a decoder, and what a question costs the whole engine, each
 * against the budget of visual tokens and beside what it should cost.
 *
 * <p>{@link io.cropvqa.evaluation.bench.DecoderBench} takes a decoder by itself, {@link
 * io.cropvqa.evaluation.bench.EngineBench} asks questions. Both go round by round: a round measures
 * every row once, so that whatever slows the machine for a while slows all rows alike, and the
 * first round only warms up. Figures are medians over rounds, with their quartiles; ratios are
 * those of medians, and compare within one report only.
 */
package io.cropvqa.evaluation.bench;
