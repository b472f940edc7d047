/**
 * Qwen2.5-VL: as Qwen2-VL, but that most layers of the tower see windows of the picture, and what
 * its layers are made of.
 */
package io.cropvqa.model.qwen25vl;
