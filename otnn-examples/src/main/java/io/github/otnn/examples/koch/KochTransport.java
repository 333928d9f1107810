package io.github.otnn.examples.koch;

import io.github.otnn.examples.run.Metrics;
import io.github.otnn.xai.Distribution;
import io.github.otnn.xai.transport.TransportReport;
import java.util.Arrays;

/** The transport check as metrics. */
final class KochTransport {
    private KochTransport() {}

    static void put(TransportReport transport, Metrics metrics) {
        metrics.put(
                        "transport_sound",
                        transport.sound(),
                        "whether all holds that is true of every 1-Lipschitz function")
                .put(
                        "transport_statements",
                        transport.statements().size(),
                        "statements of the theory that were checked")
                .put("transport_missed", transport.missed().size(), "of them those that miss their threshold")
                .put("p5_gradient_norm", transport.slopes().slope().p5(), "5 % quantile of |grad f|; 1 at the optimum");
        put(metrics, "pair_tightness", transport.pairs().tightness(), "(f(x) - f(y)) / |x - y| of optimal pairs");
        put(metrics, "pair_cosine_x", transport.pairs().cosinesAtX(), "cos(grad f(x), x - y) of optimal pairs");
        put(metrics, "pair_cosine_y", transport.pairs().cosinesAtY(), "cos(grad f(y), x - y) of optimal pairs");
        putMedian(
                metrics,
                "newton_residual",
                transport.newtonResiduals(),
                "|f| after Newton's step, over |f|; 0 at best");
        putMedian(metrics, "boundary_ratio", transport.boundaryRatios(), "distance to f = 0 over |f|; 1 at best");
        putMedian(metrics, "attack_cosine", transport.attackCosines(), "cos between attack and gradient; 1 at best");
        putMedian(metrics, "attack_ratio", transport.attackRatios(), "distance of the attack over |f|; 1 at best");
    }

    private static void put(Metrics metrics, String name, double[] values, String meaning) {
        Arrays.stream(values).average().ifPresent(mean -> metrics.put("mean_" + name, mean, "mean of " + meaning));
    }

    private static void putMedian(Metrics metrics, String name, double[] values, String meaning) {
        if (values.length > 0) {
            metrics.put("median_" + name, Distribution.of(values).median(), "median of " + meaning);
        }
    }
}
