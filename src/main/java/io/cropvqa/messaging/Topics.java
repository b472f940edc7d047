package io.cropvqa.messaging;

/**
 * The three topics.
 *
 * @param questions question events
 * @param answers answer events, under the question's key
 * @param deadLetters questions that can't be answered, as they came
 */
public record Topics(String questions, String answers, String deadLetters) {}
