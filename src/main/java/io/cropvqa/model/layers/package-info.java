/**
 * Blocks that several networks share; each has the weights' own names and the field's name for what
 * it does.
 */
package io.cropvqa.model.layers;
