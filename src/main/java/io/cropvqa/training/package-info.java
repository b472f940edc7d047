/**
 * Trains what lies beside a checkpoint, with the checkpoint itself frozen: its localizer, its
 * compression. Only the latter may take the decoder along, and then writes another checkpoint.
 *
 * <p>{@link io.cropvqa.training.TrainingLoop} is the same for everything trained: it takes a loss
 * from a {@link io.cropvqa.training.TrainingObjective}, follows its gradient with {@link
 * io.cropvqa.training.AdamW} at the rate of {@link io.cropvqa.training.LearningRate}, writes {@link
 * io.cropvqa.training.TrainingCheckpoint}s and tells of its {@link
 * io.cropvqa.training.TrainingProgress}. What chance decides depends on the seed and the number of
 * the step alone, so a training that was stopped goes on as if it hadn't been.
 *
 * <p>Memory: the frozen model, weights, optimizer state and features live as long as the training;
 * everything a step makes lives in a scope that is closed after it. Nothing of a step may be closed
 * before its gradients are there: arrays made of Java's numbers lie in Java's memory, and go with
 * it.
 */
package io.cropvqa.training;
