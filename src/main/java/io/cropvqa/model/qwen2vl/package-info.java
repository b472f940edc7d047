/**
 * Qwen2-VL: pictures of any shape, a tower that turns queries and keys by rows and columns, blocks
 * of patches merged to one token, and a decoder with positions on three axes.
 */
package io.cropvqa.model.qwen2vl;
