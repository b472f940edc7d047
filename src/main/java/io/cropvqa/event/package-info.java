/**
 * What travels over the wire: question events are read, answer events written, both as JSON. The
 * records hold the contract's field names; {@code kafka/schemas} states the same for clients.
 */
package io.cropvqa.event;
