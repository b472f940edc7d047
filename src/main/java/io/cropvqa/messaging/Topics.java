package io.cropvqa.messaging;

/**
 * The service's topics.
 *
 * @param questions question events
 * @param localized question events between the stages, where these run apart
 * @param answers answer events, under the question's key
 * @param deadLetters questions that can't be answered, as they came
 */
public record Topics(String questions, String localized, String answers, String deadLetters) {}
