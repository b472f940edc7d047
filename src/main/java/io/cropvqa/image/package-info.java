/**
 * From a reference to pixels, with guards: what may be fetched, how large it may be, and what is
 * decoded, decided before the bytes are read where that can be.
 */
package io.cropvqa.image;
