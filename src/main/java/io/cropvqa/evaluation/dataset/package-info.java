/**
 * Questions with known answers, from files or made on the spot.
 *
 * <p>A {@link io.cropvqa.evaluation.dataset.VqaDataset} is a list of {@link
 * io.cropvqa.evaluation.dataset.VqaExample}s and the pictures that they are about. {@link
 * io.cropvqa.evaluation.dataset.DatasetFiles} reads the service's own JSON lines and the published
 * files of VQAv2, TextVQA and GQA; what doesn't fit is refused by file, place and field.
 */
package io.cropvqa.evaluation.dataset;
