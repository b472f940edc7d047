/**
 * The HTTP edge: one question, one answer, the same events as on Kafka; what the service is doing;
 * and the console, a page that asks through the same door. Failures are problem details (RFC 9457).
 */
package io.cropvqa.api;
