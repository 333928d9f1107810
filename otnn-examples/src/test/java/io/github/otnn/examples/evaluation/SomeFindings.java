package io.github.otnn.examples.evaluation;

import io.github.otnn.examples.twin.TwinTraining.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Findings that a test makes up. */
final class SomeFindings {
    private final List<Cell> cells = new ArrayList<>();

    /** A number of one network. */
    SomeFindings add(long seed, Kind kind, Method method, Measure measure, double mean) {
        cells.add(new Cell(
                seed,
                kind,
                method,
                measure,
                mean,
                mean - 0.1,
                mean + 0.1,
                "unit",
                10,
                "",
                "some \"settings\"",
                List.of()));
        return this;
    }

    /** Numbers of both networks. */
    SomeFindings pair(long seed, Method method, Measure measure, double otnn, double unconstrained) {
        return add(seed, Kind.OTNN, method, measure, otnn)
                .add(seed, Kind.UNCONSTRAINED, method, measure, unconstrained);
    }

    Findings of(Long... seeds) {
        return new Findings(Arrays.asList(seeds), List.of(Method.values()), cells);
    }

    /** What the paper prints for Fashion-MNIST. */
    static Findings paper() {
        SomeFindings some = new SomeFindings();
        for (Measure measure : Measure.values()) {
            for (Method method : Method.values()) {
                for (Kind kind : Kind.values()) {
                    String printed = PaperValues.of(kind, method, measure);
                    if (!printed.isEmpty()) {
                        some.add(1, kind, method, measure, Double.parseDouble(printed));
                    }
                }
            }
        }
        return some.of(1L);
    }
}
