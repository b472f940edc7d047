package io.cropvqa.evaluation.bench;

/** What is counted of the steps that an engine takes. */
public interface BatchCounter {

  /** Steps so far. */
  long steps();

  /** Questions in all of them together. */
  double questions();

  /** Most questions of one step seen lately. */
  double largest();
}
