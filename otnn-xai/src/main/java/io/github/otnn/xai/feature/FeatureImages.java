package io.github.otnn.xai.feature;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Where an ascent has ended. Everything is measured at the points as returned; the arrays belong to the receiver.
 *
 * @param images {@code [n, ...]}, type of the start
 * @param before {@code [n]}, scores of the start
 * @param after {@code [n]}, scores of the images
 * @param distances {@code [n]}, L2 distance between start and image
 * @param pathLengths {@code [n]}, sum of the steps really taken; no 1-Lipschitz score rises by more
 */
public record FeatureImages(
        INDArray images, double[] before, double[] after, double[] distances, double[] pathLengths) {}
