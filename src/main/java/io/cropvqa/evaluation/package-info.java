/**
 * Measures what pruning costs and what it saves: answers a data set's questions once with every
 * method and budget, and tabulates accuracy, cost and time.
 *
 * <p>{@link io.cropvqa.evaluation.Evaluator} asks, {@link io.cropvqa.evaluation.EvaluationReport}
 * is what came of it, {@link io.cropvqa.evaluation.MarkdownReport} the same for people. Three rows
 * stand in every table: {@code none}, the full model that the others are measured against; {@code
 * no-image}, the model without any visual token, since much can be guessed from the question alone;
 * and {@code most-frequent}, what can be had by answering each type of question with its most
 * frequent answer. {@link io.cropvqa.evaluation.Control}s show how much of a result the region
 * makes: the true one, a wrong one, none.
 *
 * <p>Accuracies are the same for the same data set, checkpoint and seed; times are those of the
 * first questions, asked one at a time, and compare within one report only.
 */
package io.cropvqa.evaluation;
