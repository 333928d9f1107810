package io.github.otnn.core.io;

/** What happens to a model's Lipschitz audit when it is read. Digests are checked in any case. */
public enum Verification {
    /** Proves the bounds again from the weights, and refuses the file if it says other ones. */
    VERIFY,
    /** Proves the bounds again and takes those, whatever the file says. */
    REAUDIT,
    /** Takes the file's word: for files of one's own that are read often. */
    TRUST
}
