package io.github.otnn.core.certify;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.nd4j.linalg.api.buffer.DataType;

/** An audit as text: a line for each layer, then what follows for the network. */
final class AuditTable {
    private static final List<String> HEADER =
            List.of("layer", "description", "output", "parameters", "bound", "method");
    private static final int RIGHT_ALIGNED = 3;
    private static final int DECIMALS = 7;

    private AuditTable() {}

    static String of(LipschitzAudit audit) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEADER);
        for (LipschitzAudit.LayerReport layer : audit.layers()) {
            rows.add(List.of(
                    layer.name(),
                    layer.description(),
                    layer.output().toString(),
                    String.format(Locale.ROOT, "%,d", layer.parameters()),
                    bound(layer.bound().vector()),
                    layer.bound().method()));
        }
        long parameters = audit.layers().stream()
                .mapToLong(LipschitzAudit.LayerReport::parameters)
                .sum();
        return aligned(rows)
                + String.format(Locale.ROOT, "%,d parameters%n", parameters)
                + String.format(
                        "Lipschitz bounds: each logit <= %s, logit vector <= %s, input of the last layer <= %s%n",
                        bound(audit.logitBound()), bound(audit.vectorBound()), bound(audit.featureBound()))
                + rounding(audit)
                + System.lineSeparator();
    }

    private static String rounding(LipschitzAudit audit) {
        String arithmetic = audit.type() == DataType.DOUBLE ? "float64" : "float32";
        if (!audit.unknownRounding().isEmpty()) {
            return arithmetic + " rounding is not known: nothing is proven of the arithmetic of "
                    + audit.unknownRounding().stream()
                            .map(LipschitzAudit.LayerReport::describe)
                            .collect(Collectors.joining(", "));
        }
        if (!audit.logit().rounding().isKnown()) {
            return arithmetic + " rounding has no bound, for want of Lipschitz bounds";
        }
        return arithmetic + " rounding moves a logit by at most "
                + scientific(audit.logit().rounding().relative()) + " |x| + "
                + scientific(audit.logit().rounding().absolute());
    }

    private static String aligned(List<List<String>> rows) {
        int[] widths = new int[HEADER.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                String padding = " ".repeat(widths[i] - row.get(i).length());
                line.append(i == RIGHT_ALIGNED ? padding + row.get(i) : row.get(i) + padding);
                line.append("  ");
            }
            text.append(line.toString().stripTrailing()).append(System.lineSeparator());
        }
        return text.toString();
    }

    private static String bound(double bound) {
        return Double.isInfinite(bound)
                ? "none"
                : new BigDecimal(bound).setScale(DECIMALS, RoundingMode.CEILING).toPlainString();
    }

    private static String scientific(double error) {
        BigDecimal twoDigits = new BigDecimal(error).round(new MathContext(2, RoundingMode.CEILING));
        // digits of the decimal number as they are: a conversion to double could round down
        return String.format(Locale.ROOT, "%.1e", twoDigits);
    }
}
