/**
 * A question's whole way from reference to answer, one line a step, and what is tried again when a
 * step fails.
 */
package io.cropvqa.pipeline;
