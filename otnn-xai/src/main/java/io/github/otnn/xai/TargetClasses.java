package io.github.otnn.xai;

/** A class index for each sample: the same for all, or one each. */
final class TargetClasses {
    private final int[] targets;
    private final boolean shared;

    private TargetClasses(int[] targets, boolean shared) {
        this.targets = targets;
        this.shared = shared;
    }

    static TargetClasses same(int target) {
        return new TargetClasses(new int[] {target}, true);
    }

    static TargetClasses each(int[] targets) {
        return new TargetClasses(targets.clone(), false);
    }

    int of(int sample) {
        return targets[shared ? 0 : sample];
    }

    void requireFits(String score, int samples, int outputs) {
        if (!shared && targets.length != samples) {
            throw new IllegalArgumentException(score + " score: expected one target for each of the " + samples
                    + " samples, got " + targets.length + " targets");
        }
        for (int i = 0; i < targets.length; i++) {
            if (targets[i] < 0 || targets[i] >= outputs) {
                throw new IllegalArgumentException(score + " score: target " + targets[i]
                        + (shared ? "" : " of sample " + i) + " is outside the " + outputs + " outputs 0.."
                        + (outputs - 1));
            }
        }
    }

    String asRival() {
        return shared ? toString() : "its rival";
    }

    @Override
    public String toString() {
        return shared ? "class " + targets[0] : "each sample's class";
    }
}
