/**
 * What a decoder costs, without questions, pictures or a service around it: a prompt of a given
 * length with random visual tokens goes through pruning, prefill and decode, and its time is taken.
 *
 * <p>{@link io.cropvqa.engine.trial.Decoders} opens a decoder, of a published {@link
 * io.cropvqa.engine.trial.DecoderShape} with random weights or of a checkpoint; {@link
 * io.cropvqa.engine.trial.TrialDecoder} runs it; {@link io.cropvqa.engine.trial.Ceiling} is what
 * the machine could do at best.
 */
package io.cropvqa.engine.trial;
