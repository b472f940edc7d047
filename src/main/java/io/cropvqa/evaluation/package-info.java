/**
 * Measures what pruning costs and what it saves: answers a data set's questions once with every
 * method and budget, and tabulates accuracy and time.
 *
 * <p>{@link io.cropvqa.evaluation.Evaluator} asks, {@link io.cropvqa.evaluation.EvaluationReport}
 * is what came of it, {@link io.cropvqa.evaluation.MarkdownReport} the same for people. Two rows
 * stand in every table: {@code none}, the full model that the others are measured against, and
 * {@code no-image}, the model without any visual token, since much can be guessed from the question
 * alone.
 */
package io.cropvqa.evaluation;
