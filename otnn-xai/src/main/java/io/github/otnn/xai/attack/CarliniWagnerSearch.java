package io.github.otnn.xai.attack;

import io.github.otnn.xai.counterfactual.ValueRange;
import java.util.Arrays;
import java.util.SplittableRandom;

/** The rounds and steps of {@link CarliniWagner}. */
final class CarliniWagnerSearch implements Search {
    /** Keeps values at the ends of the range away from the flat ends of tanh. */
    private static final double INSIDE = 0.9999;

    private static final double MEAN_DECAY = 0.9;
    private static final double SQUARE_DECAY = 0.999;
    private static final double TINY = 1e-12;
    private static final double PROGRESS = 0.9999;

    private final AttackedSample sample;
    private final CarliniWagner settings;
    private final SplittableRandom random;
    private final double middle;
    private final double half;
    private final double[] variable;

    /** Takes the place of a gradient that is zero. */
    private final double[] substitute;

    private final double[] change;
    private final double[] mean;
    private final double[] square;
    private double rate;
    private double weight;
    private double low;
    private double high = Double.POSITIVE_INFINITY;
    private double lastLoss = Double.POSITIVE_INFINITY;
    private int round = -1;
    private int step;
    private boolean succeeded;

    CarliniWagnerSearch(AttackedSample sample, CarliniWagner settings) {
        this.sample = sample;
        this.settings = settings;
        this.random = sample.random(0);
        ValueRange range = settings.settings().range();
        this.middle = range == null ? 0 : (range.low() + range.high()) / 2;
        this.half = range == null ? 0 : (range.high() - range.low()) / 2;
        int length = sample.length();
        this.variable = sample.values().clone();
        this.substitute = new double[length];
        this.change = new double[length];
        this.mean = new double[length];
        this.square = new double[length];
    }

    @Override
    public Wish wish() {
        return round < settings.rounds() ? Wish.GRADIENT : Wish.NOTHING;
    }

    @Override
    public void place(double[] point) {
        for (int p = 0; p < point.length; p++) {
            point[p] = half == 0 || round < 0 ? variable[p] : middle + half * tanh(variable[p]);
        }
    }

    @Override
    public void see(Sight sight) {
        if (round < 0) {
            double distance = sample.estimate(sight.margin(), sight.slope());
            rate = settings.learningRate() * (half == 0 ? distance : 1);
            weight = sight.slope() > 0 ? 4 * distance / sight.slope() : 1;
            begin();
            return;
        }
        succeeded |= sight.flipped();
        double loss = differentiate(sight);
        boolean stuck = false;
        if (step % Math.max(1, settings.steps() / 10) == 0) {
            // on a plateau the loss can only rise until its edge is reached
            stuck = step > 0 && sight.slope() > 0 && !(loss <= PROGRESS * lastLoss);
            lastLoss = loss;
        }
        move(sight.point());
        step++;
        if (stuck || step == settings.steps()) {
            nextWeight();
        }
    }

    /** Puts the gradient of the loss with respect to the point into {@code change}. */
    private double differentiate(Sight sight) {
        double[] origin = sample.values();
        double squares = 0;
        double missing = sight.margin() + settings.confidence();
        double factor = missing > 0 ? weight : 0;
        double[] gradient = sight.slope() > 0 ? sight.gradient() : substitute;
        for (int p = 0; p < change.length; p++) {
            double difference = sight.point()[p] - origin[p];
            squares += difference * difference;
            change[p] = 2 * difference + factor * gradient[p];
        }
        return squares + weight * Math.max(0, missing);
    }

    private void move(double[] point) {
        double meanCorrection = 1 - Math.pow(MEAN_DECAY, step + 1);
        double squareCorrection = 1 - Math.pow(SQUARE_DECAY, step + 1);
        double length = rate * (1 - 0.99 * step / settings.steps()) / meanCorrection;
        for (int p = 0; p < change.length; p++) {
            double g = change[p];
            if (half > 0) {
                double tanh = (point[p] - middle) / half;
                g *= half * Math.max(0, 1 - tanh * tanh);
            }
            mean[p] = MEAN_DECAY * mean[p] + (1 - MEAN_DECAY) * g;
            square[p] = SQUARE_DECAY * square[p] + (1 - SQUARE_DECAY) * g * g;
            variable[p] -= length * mean[p] / (Math.sqrt(square[p] / squareCorrection) + TINY);
        }
    }

    private void nextWeight() {
        if (succeeded) {
            high = Math.min(high, weight);
            weight = (low + high) / 2;
        } else {
            low = Math.max(low, weight);
            weight = high == Double.POSITIVE_INFINITY ? 4 * weight : (low + high) / 2;
        }
        begin();
    }

    private void begin() {
        round++;
        step = 0;
        succeeded = false;
        lastLoss = Double.POSITIVE_INFINITY;
        Arrays.fill(mean, 0);
        Arrays.fill(square, 0);
        Vectors.randomDirection(random, substitute);
        double[] origin = sample.values();
        for (int p = 0; p < variable.length; p++) {
            variable[p] = half == 0 ? origin[p] : arcTanh(INSIDE * (origin[p] - middle) / half);
        }
    }

    /** Several times faster than {@code Math.tanh}, and precise enough: infinite exponentials give 1 and -1. */
    private static double tanh(double x) {
        return 1 - 2 / (Math.exp(2 * x) + 1);
    }

    private static double arcTanh(double x) {
        return 0.5 * Math.log((1 + x) / (1 - x));
    }
}
