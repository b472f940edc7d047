/**
 * The commands. {@link io.cropvqa.cli.CropVqa} reads the command line before anything is started,
 * since the command decides what is: {@code ask} needs neither Kafka nor HTTP, {@code serve} and
 * {@code demo} need both, with an embedded broker where no other is configured.
 *
 * <p>Answers go to stdout and nothing else does. Exit codes: 0 done, 1 some answers failed, 2
 * unusable arguments.
 */
package io.cropvqa.cli;
