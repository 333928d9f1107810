package io.github.otnn.examples.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otnn.examples.run.Metrics;
import io.github.otnn.examples.twin.TwinTraining.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class FindingsTest {
    @Test
    void ranksOfThePaperComeOut() {
        Findings paper = SomeFindings.paper();
        assertThat(saliencyRanks(paper, Measure.DELETION_UNIFORM)).containsExactly(2, 2);
        assertThat(saliencyRanks(paper, Measure.INSERTION_UNIFORM)).containsExactly(4, 4);
        assertThat(saliencyRanks(paper, Measure.DELETION_ZERO)).containsExactly(4, 5);
        assertThat(saliencyRanks(paper, Measure.INSERTION_ZERO)).containsExactly(4, 6);
        assertThat(saliencyRanks(paper, Measure.ROBUSTNESS_SR)).containsExactly(3, 4);
        assertThat(PaperValues.rank(Kind.UNCONSTRAINED, Method.SALIENCY, Measure.ROBUSTNESS_SR))
                .isEqualTo("4");
    }

    @Test
    void meansAreThoseOfTheSeeds() {
        Findings findings = new SomeFindings()
                .pair(7, Method.SALIENCY, Measure.DELETION_ZERO, 1, 5)
                .pair(8, Method.SALIENCY, Measure.DELETION_ZERO, 2, 7)
                .of(7L, 8L);
        assertThat(findings.mean(Kind.OTNN, Method.SALIENCY, Measure.DELETION_ZERO))
                .hasValue(1.5);
        assertThat(findings.at(8, Kind.UNCONSTRAINED, Method.SALIENCY, Measure.DELETION_ZERO))
                .hasValue(7);
        assertThat(findings.mean(Kind.OTNN, Method.RISE, Measure.DELETION_ZERO)).isEmpty();
        Metrics metrics = new Metrics();
        findings.put(metrics);
        assertThat(metrics.toJson())
                .contains("\"otnn_saliency_deletion_zero\": 1.5", "\"unconstrained_saliency_deletion_zero\": 6.0");
    }

    @Test
    void methodsThatLackOneNumberAreNotMeasured() {
        Findings findings = new SomeFindings()
                .pair(7, Method.SALIENCY, Measure.DELETION_ZERO, 1, 5)
                .pair(8, Method.SALIENCY, Measure.DELETION_ZERO, 2, 7)
                .pair(7, Method.RISE, Measure.DELETION_ZERO, 1, 5)
                .of(7L, 8L);
        assertThat(findings.measured(Measure.DELETION_ZERO)).containsExactly(Method.SALIENCY);
    }

    @Test
    void fileHasALineForEachNumber() {
        Findings findings = new SomeFindings()
                .pair(7, Method.GRAD_CAM, Measure.STABILITY_SPEARMAN, 0.25, 0.5)
                .of(7L);
        assertThat(findings.csv().lines())
                .containsExactly(
                        "seed,network,method,measure,better,mean,low95,high95,unit,images,unusual,settings",
                        "7,otnn,GradCAM,stability_spearman,lower,0.25,0.15,0.35,\"unit\",10,\"\",\"some \"\"settings\"\"\"",
                        "7,unconstrained,GradCAM,stability_spearman,lower,0.5,0.4,0.6,\"unit\",10,\"\",\"some \"\"settings\"\"\"");
    }

    @Test
    void tablesHaveThePapersShape() {
        ReportTables tables = new ReportTables(SomeFindings.paper());
        assertThat(tables.pairs()).allMatch(row -> row.size() == ReportTables.PAIR_HEADER.size());
        assertThat(tables.pairs().get(0))
                .containsExactly(
                        "muFidelity, uniform noise \u2191",
                        "Saliency",
                        "0.156\u00a0\u00b1\u00a00.100",
                        "-0.0010\u00a0\u00b1\u00a00.100",
                        "0.156",
                        "-0.001");
        assertThat(tables.rankedHeader())
                .containsExactly(
                        "measure",
                        "network",
                        "Saliency",
                        "GradientInput",
                        "IntegratedGradients",
                        "SmoothGrad",
                        "GradCAM",
                        "RISE",
                        "paper");
        assertThat(tables.ranked()).hasSize(10).allMatch(row -> row.size() == 9);
        assertThat(tables.ranked().get(0))
                .containsExactly(
                        "Deletion, uniform noise \u2193",
                        "OTNN",
                        "0.220\u00a0(2)",
                        "0.280\u00a0(5)",
                        "0.280\u00a0(5)",
                        "0.210\u00a0(1)",
                        "0.230\u00a0(3)",
                        "0.240\u00a0(4)",
                        "2");
    }

    private static List<Integer> saliencyRanks(Findings findings, Measure measure) {
        return List.of(
                findings.rank(Kind.OTNN, Method.SALIENCY, measure),
                findings.rank(Kind.UNCONSTRAINED, Method.SALIENCY, measure));
    }
}
