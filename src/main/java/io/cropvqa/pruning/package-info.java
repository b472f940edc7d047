/**
 * CROP and its rivals: which visual tokens go into the language model, and which of them stay
 * there.
 *
 * <p>A method has two places to act (CROP, sections 3.2 and 3.3). <em>Pre-LLM Compression</em>
 * (PLC) makes N projected tokens into fewer before the first layer. <em>Inner-LLM Pruning</em>
 * (ILP) drops tokens after K layers have run on them. Both answer to one <em>budget</em>: visual
 * tokens averaged over the decoder's L layers, so that a method which runs K layers on everything
 * pays for it. Text tokens are never dropped.
 *
 * <p>Laws that every method obeys, each tested: the budget is never exceeded, and met exactly by
 * methods that act before the language model; a budget of N or more changes nothing at all; the
 * order of what is kept stays; the same seed keeps the same; a question's result doesn't depend on
 * what runs beside it.
 *
 * <p>A question about several images is pruned image by image: each has a region and a quota of the
 * budget of its own, and a method sees one of them at a time, see {@link
 * io.cropvqa.pruning.QuestionPruning}.
 *
 * <p>Only {@code plc} has weights of its own. They belong to a model and are given to {@link
 * io.cropvqa.pruning.PruningMethods} where its methods are made.
 *
 * <p>A new method is one class that implements {@link io.cropvqa.pruning.PruningMethod} and one
 * line in {@link io.cropvqa.pruning.PruningMethods}.
 */
package io.cropvqa.pruning;
