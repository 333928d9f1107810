package io.github.otnn.loss;

/** The KR term that goes with a soft hinge. */
public enum RivalTransport {
    /** That of {@link OneVsAllHkr}: means over the samples of each class. */
    ONE_VS_ALL,

    /** That of {@link SoftmaxHkr}: the softmax mean of the rivals minus the true logit, sample by sample. */
    SOFTMAX
}
