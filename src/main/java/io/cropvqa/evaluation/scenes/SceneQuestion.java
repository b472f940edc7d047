package io.cropvqa.evaluation.scenes;

import io.cropvqa.domain.ContextualRegion;

/**
 * A question about a scene.
 *
 * @param type its kind
 * @param text what is asked
 * @param answer the one right answer
 * @param region what must be seen to answer it: the objects in question, or the whole picture where
 *     the answer is about what is not there as much as about what is
 */
public record SceneQuestion(
    QuestionType type, String text, String answer, ContextualRegion region) {}
