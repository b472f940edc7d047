/**
 * A real Kafka broker inside the process, for a first run without Kafka. A production build leaves
 * its classes out, so nothing but {@link io.cropvqa.messaging.embedded.EmbeddedBroker} may name
 * them, and that class is loaded only once it has been decided that a broker is needed.
 */
package io.cropvqa.messaging.embedded;
