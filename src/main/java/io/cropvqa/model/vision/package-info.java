/**
 * Vision towers that several families share: CLIP's and SigLIP's, one network but for a class token
 * and two details. Source: transformers, {@code models/clip} and {@code models/siglip}.
 */
package io.cropvqa.model.vision;
