/**
 * The Kafka edge: question events in, answer events and dead letters out. A question is committed
 * only once the broker has its answer or its dead letter: {@link io.cropvqa.messaging.Delivery}
 * says in which of two ways. When no broker is configured, a real one is started inside the
 * process.
 */
package io.cropvqa.messaging;
