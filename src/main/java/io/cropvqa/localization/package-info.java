/**
 * Finds the contextual region (CROP, section 3.1): which part of the image a question is about.
 *
 * <p>A localizer answers with a region and its confidence. One that isn't sure enough is not
 * believed: the question then looks at the whole image, and says so. A caller who knows the region
 * gives it and no localizer is asked.
 */
package io.cropvqa.localization;
