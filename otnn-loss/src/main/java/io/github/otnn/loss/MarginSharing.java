package io.github.otnn.loss;

/** Which samples of a binary loss share a learned margin. */
public enum MarginSharing {
    /** One margin for all samples. With unequal classes most of those inside may belong to the rare class. */
    SHARED,

    /** One margin for the negative and one for the positive class: each class has its own share inside. */
    PER_CLASS
}
