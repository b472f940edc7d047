/**
 * How answers and regions are judged: the official VQA accuracy, exact match, overlap of regions,
 * and how far a mean over so many questions can be trusted.
 */
package io.cropvqa.evaluation.metrics;
