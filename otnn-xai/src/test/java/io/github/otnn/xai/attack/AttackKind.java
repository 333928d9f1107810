package io.github.otnn.xai.attack;

import java.util.function.Function;

/** An attack of small effort, and how far above the true distance it may end on simple functions of four values. */
enum AttackKind {
    TRANSPORT(1 + 1e-6, TransportRay::new),
    FAST_GRADIENT(1 + 1e-6, FastGradient::new),
    DEEP_FOOL(1.04, DeepFool::new),
    DECOUPLED_NORM(1.001, settings -> new DecoupledNorm(60, 0.05, settings)),
    FAST_MINIMUM_NORM(1.001, settings -> new FastMinimumNorm(60, 0.05, settings)),
    PROJECTED_GRADIENT(1.001, settings -> new ProjectedGradient(20, 2, 5, 2.5, settings)),
    AUTO_PROJECTED_GRADIENT(1.001, settings -> new AutoProjectedGradient(20, 2, 5, settings)),
    CARLINI_WAGNER(1.02, settings -> new CarliniWagner(3, 400, 0.02, 0, settings)),
    RANDOM_DIRECTIONS(1.5, settings -> new RandomDirections(500, 15, settings)),
    BOUNDARY_WALK(1.05, settings -> new BoundaryWalk(15, 30, settings));

    private final double factor;
    private final Function<AttackSettings, Attack> create;

    AttackKind(double factor, Function<AttackSettings, Attack> create) {
        this.factor = factor;
        this.create = create;
    }

    Attack free() {
        return create.apply(AttackSettings.free(5).withBatchSize(7));
    }

    Attack with(AttackSettings settings) {
        return create.apply(settings);
    }

    boolean usesGradients() {
        return this != RANDOM_DIRECTIONS && this != BOUNDARY_WALK;
    }

    double factor() {
        return factor;
    }
}
