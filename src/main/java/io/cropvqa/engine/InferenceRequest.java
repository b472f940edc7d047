package io.cropvqa.engine;

import io.cropvqa.domain.ImageQuestion;
import io.cropvqa.domain.RgbImage;
import io.cropvqa.domain.StageClock;

/**
 * A question on its way through the engine.
 *
 * @param question what is asked
 * @param image the decoded image it is asked about
 * @param clock started when the question arrived
 */
public record InferenceRequest(ImageQuestion question, RgbImage image, StageClock clock) {}
