package io.cropvqa.evaluation.scenes;

/**
 * What an object's sign says.
 *
 * @param kind a number or a word
 * @param text as it is lettered, and as it is answered
 */
public record Sign(Kind kind, String text) {

  /** Numbers and words are asked for in different questions. */
  public enum Kind {
    NUMBER,
    WORD
  }
}
