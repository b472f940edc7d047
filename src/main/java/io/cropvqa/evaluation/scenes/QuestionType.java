package io.cropvqa.evaluation.scenes;

import java.util.Locale;

/** Kinds of questions about scenes. */
public enum QuestionType {
  /** What number is on the sign of an object. */
  NUMBER,
  /** What word is on the sign of an object. */
  WORD,
  /** The colour of the card behind an object. */
  COLOR,
  /** Which object has a number. */
  REV_NUMBER,
  /** Which object has a word. */
  REV_WORD,
  /** Which object is on a colour. */
  REV_COLOR,
  /** What is beside an object. */
  REL,
  /** What is in a corner. */
  CORNER,
  /** Whether there is an object of a name. */
  EXIST,
  /** How many objects of a name there are. */
  COUNT,
  /** How many objects there are. */
  TOTAL;

  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether the answer lies in one small part of the picture; else it takes all of it. */
  public boolean isLocal() {
    return this != EXIST && this != COUNT && this != TOTAL;
  }

  /**
   * Whether the region points at the answer: the question asks which object it is, and the region
   * shows that object. Where the question names the object, the region tells nothing new; a region
   * that is the whole picture doesn't either.
   */
  public boolean regionReveals() {
    return isLocal() && this != NUMBER && this != WORD && this != COLOR;
  }
}
