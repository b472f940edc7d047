package io.cropvqa.training.plc;

import io.cropvqa.domain.ContextualRegion;
import java.util.Optional;

/**
 * A question whose answer is known.
 *
 * @param picture names the picture it is about
 * @param question what is asked
 * @param answer what shall be said
 * @param region where the answer is, if that is known
 */
public record AnswerExample(
    String picture, String question, String answer, Optional<ContextualRegion> region) {}
