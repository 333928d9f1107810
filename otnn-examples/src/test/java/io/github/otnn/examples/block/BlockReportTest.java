package io.github.otnn.examples.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.examples.run.Metrics;
import io.github.otnn.examples.twin.Claim;
import io.github.otnn.examples.twin.TwinTraining.Kind;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

class BlockReportTest {
    @Test
    void sharesCountTheStrongestPixelsInTheNullBlock() {
        // 40 pixels, falling values; pixels 0 and 2 are in the null block. 2.5 % is 1 pixel, 10 % are 4
        double[] values = new double[40];
        double[] mask = new double[40];
        for (int i = 0; i < 40; i++) {
            values[i] = 40 - i;
        }
        mask[0] = 1;
        mask[2] = 1;
        NullShares shares = NullShares.of(
                Kind.OTNN, Tensors.of(DataType.FLOAT, values, 1, 8, 5), Tensors.of(DataType.FLOAT, mask, 1, 8, 5));
        assertThat(shares.shares().get(0)).isEqualTo(1.0);
        assertThat(shares.at(5)).isEqualTo(0.5);
        assertThat(shares.at(10)).isEqualTo(0.5);
        assertThat(shares.at(30)).isCloseTo(2 / 12.0, within(1e-15));
    }

    @Test
    void equalValuesGoByIndexAndSamplesAreAveraged() {
        INDArray flat = Tensors.zeros(DataType.FLOAT, 2, 4, 10);
        double[] mask = new double[80];
        for (int i = 0; i < 20; i++) {
            mask[i] = 1;
            mask[60 + i] = 1;
        }
        NullShares shares = NullShares.of(Kind.OTNN, flat, Tensors.of(DataType.FLOAT, mask, 2, 4, 10));
        assertThat(shares.shares()).containsOnly(0.5);
    }

    @Test
    void mapThatKnowsNothingGivesOneHalf() {
        SplittableRandom random = new SplittableRandom(5);
        double[] values = random.doubles(50 * 56 * 28).toArray();
        double[] mask = new double[values.length];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = i / 784 % 2;
        }
        NullShares shares = NullShares.of(
                Kind.UNCONSTRAINED,
                Tensors.of(DataType.FLOAT, values, 50, 56, 28),
                Tensors.of(DataType.FLOAT, mask, 50, 56, 28));
        assertThat(shares.shares()).allSatisfy(share -> assertThat(share).isCloseTo(0.5, within(0.05)));
    }

    @Test
    void claimsAreReadOffTheSharesAtTenPercent() {
        List<Claim> good = new BlockReport(shares(Kind.OTNN, 0.049), shares(Kind.UNCONSTRAINED, 0.251)).claims();
        assertThat(good).allMatch(Claim::holds);
        assertThat(Claim.lines(good))
                .contains("HOLDS  less than 5 %", ": 4.9 %")
                .doesNotContain("FAILS");
        List<Claim> bad = new BlockReport(shares(Kind.OTNN, 0.05), shares(Kind.UNCONSTRAINED, 0.25)).claims();
        assertThat(bad).noneMatch(Claim::holds);
        assertThat(Claim.lines(bad)).contains("FAILS  less than 5 %", ": 5.0 %", "FAILS  more than 25 %");
    }

    @Test
    void tableFileAndNumbersAgree() {
        BlockReport report = new BlockReport(shares(Kind.OTNN, 0.0123), shares(Kind.UNCONSTRAINED, 0.4));
        assertThat(report.rows()).hasSize(7).allMatch(row -> row.size() == BlockReport.HEADER.size());
        assertThat(report.rows().get(2)).containsExactly("10.0", "1.2", "40.0", "1.8", "44.8");
        assertThat(report.csv().lines()).contains("10.0,0.012300,0.400000");
        Metrics metrics = new Metrics();
        report.put(metrics);
        assertThat(metrics.toJson())
                .contains("\"otnn_null_share_2_5\": 0.0123", "\"unconstrained_points_at_null_block\": true");
        assertThat(report.curve().getWidth()).isEqualTo(720);
    }

    private static NullShares shares(Kind kind, double value) {
        return new NullShares(kind, Collections.nCopies(7, value));
    }
}
