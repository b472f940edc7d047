/**
 * Trains a model's {@code plc} on questions whose answers are known: what the frozen model says to
 * the compressed picture shall be the answer. Budgets and regions change from question to question,
 * so that one network serves them all. On demand the decoder's layers learn with it.
 */
package io.cropvqa.training.plc;
