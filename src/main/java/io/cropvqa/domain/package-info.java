/**
 * Immutable values that every other package speaks in, and nothing but {@code java.*}.
 *
 * <p>A <em>question</em> is about one <em>image</em>. It is answered under a <em>pruning plan</em>
 * (a method and a budget of visual tokens), looking hardest at one <em>contextual region</em>. The
 * <em>answer</em> says what was pruned and how long each <em>stage</em> took. A question that can't
 * be answered ends in a {@link io.cropvqa.domain.QuestionFailure} whose {@link
 * io.cropvqa.domain.FailureCode} says whose fault it was.
 */
package io.cropvqa.domain;
