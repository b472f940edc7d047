/**
 * The tree of settings, and the wiring that hands plain values to packages that know no framework.
 */
package io.cropvqa.config;
