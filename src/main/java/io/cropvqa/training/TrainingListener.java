package io.cropvqa.training;

/** Told how far a training has come. */
public interface TrainingListener {

  /** So many pictures have been encoded. */
  void encoded(int done, int all);

  /** So many steps have been made. */
  void trained(TrainingProgress progress);
}
