package io.cropvqa.domain;

/**
 * Tokens of one question.
 *
 * @param promptTokens text and visual tokens that entered the language model
 * @param completionTokens tokens generated, the end-of-sequence token left out
 */
public record TokenUsage(int promptTokens, int completionTokens) {}
