/**
 * Reads the golden data of {@code src/test/resources/golden}; its README.md describes the files.
 */
package io.cropvqa.model.golden;
