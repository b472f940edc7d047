/**
 * The Kafka edge: question events in, answer events and dead letters out. A question is
 * acknowledged only once the broker has confirmed its answer or its dead letter. When no broker is
 * configured, a real one is started inside the process.
 */
package io.cropvqa.messaging;
