package io.github.otnn.core.network;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** A table of layers as text: name, layer, output shape, parameters, and the bound where weights are there to have one. */
final class Summary {
    private static final List<String> HEADINGS = List.of("layer", "type and settings", "output", "parameters", "bound");

    private Summary() {}

    /** The table; columns as wide as they must be. */
    static String of(Architecture architecture, Function<Architecture.Stage, Optional<LipschitzBound>> bounds) {
        List<List<String>> rows = new ArrayList<>(List.of(HEADINGS));
        double product = 1;
        boolean bounded = true;
        rows.add(List.of("input", "", architecture.inputShape().toString(), "", ""));
        for (Architecture.Stage stage : architecture.stages()) {
            Optional<LipschitzBound> bound = bounds.apply(stage);
            bounded &= bound.isPresent();
            product = LipschitzBound.product(
                    product, bound.map(LipschitzBound::vector).orElse(1.0));
            rows.add(List.of(
                    stage.name(),
                    stage.layer().describe(stage.input()),
                    stage.output().toString(),
                    grouped(count(stage)),
                    bound.map(value -> text(value.vector())).orElse("")));
        }
        long total = architecture.parameterCount();
        rows.add(List.of("total", "", "", grouped(total), bounded ? text(product) : ""));
        return table(rows);
    }

    static long count(Architecture.Stage stage) {
        return stage.layer().parameters(stage.input()).stream()
                .mapToLong(spec -> spec.shape().length())
                .sum();
    }

    private static String table(List<List<String>> rows) {
        int[] widths = new int[HEADINGS.size()];
        rows.forEach(row -> {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        });
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                // numbers to the right
                String format = i < 3 ? "%-" + widths[i] + "s  " : "%" + widths[i] + "s  ";
                line.append(String.format(Locale.ROOT, format, row.get(i)));
            }
            text.append(line.toString().stripTrailing()).append(System.lineSeparator());
        }
        return text.toString();
    }

    private static String grouped(long count) {
        return count == 0 ? "" : String.format(Locale.ROOT, "%,d", count);
    }

    /** Rounded up, so that the text is a bound too. */
    private static String text(double bound) {
        return Double.isInfinite(bound)
                ? "none"
                : new BigDecimal(bound).setScale(6, RoundingMode.CEILING).toPlainString();
    }
}
