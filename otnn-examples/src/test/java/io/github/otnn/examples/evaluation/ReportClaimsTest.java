package io.github.otnn.examples.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.otnn.examples.twin.Claim;
import io.github.otnn.examples.twin.TwinTraining.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportClaimsTest {
    @Test
    void numbersOfThePaperKeepThePapersClaims() {
        List<Claim> claims = new ReportClaims(SomeFindings.paper()).all();
        assertThat(claims)
                .extracting(Claim::key)
                .containsExactly(
                        "saliency_mufidelity_uniform_above_all",
                        "saliency_mufidelity_zero_above_all",
                        "mufidelity_mostly_higher",
                        "stability_lower",
                        "saliency_distance_rms_ratio_below_half",
                        "saliency_distance_spearman_ratio_below_half",
                        "saliency_complexity_not_higher");
        assertThat(claims).allMatch(Claim::holds);
        assertThat(claims.get(0).line())
                .isEqualTo(
                        "HOLDS  muFidelity, uniform noise: Saliency on the OTNN is above every method on the unconstrained"
                                + " network: seed 1 0.156 against at most 0.020 (GradCAM)");
        // uniform gradient x input is the exception on Fashion-MNIST
        assertThat(claims.get(2).numbers()).isEqualTo("11 of 12 cells");
        assertThat(claims.get(4).numbers()).isEqualTo("seed 1 0.00750 against 0.0700, ratio 0.11");
    }

    @Test
    void oneSeedAgainstAClaimMakesItFail() {
        Measure zero = Measure.MUFIDELITY_ZERO;
        Findings findings = new SomeFindings()
                .pair(7, Method.SALIENCY, zero, 0.4, 0.1)
                .pair(8, Method.SALIENCY, zero, 0.4, 0.1)
                .pair(7, Method.RISE, zero, 0.2, 0.3)
                .pair(8, Method.RISE, zero, 0.2, 0.41)
                .of(7L, 8L);
        List<Claim> claims = new ReportClaims(findings).all();
        assertThat(claims.get(0).line())
                .startsWith("FAILS  muFidelity, zero")
                .endsWith("seed 7 0.400 against at most 0.300 (RISE); seed 8 0.400 against at most 0.410 (RISE)");
        assertThat(claims.get(1).line()).startsWith("FAILS").endsWith("2 of 4 cells");
    }

    @Test
    void equalNumbersAreNoLead() {
        Findings findings = new SomeFindings()
                .pair(7, Method.SALIENCY, Measure.MUFIDELITY_UNIFORM, 0.2, 0.2)
                .pair(7, Method.SALIENCY, Measure.STABILITY_SPEARMAN, 0.5, 0.5)
                .pair(7, Method.SALIENCY, Measure.DISTANCE_RMS, 0.5, 1.0)
                .pair(7, Method.SALIENCY, Measure.COMPLEXITY, 0.9, 0.9)
                .of(7L);
        List<Claim> claims = new ReportClaims(findings).all();
        assertThat(claims.stream().filter(Claim::holds))
                .extracting(Claim::key)
                .containsExactly("saliency_complexity_not_higher");
        assertThat(claims).hasSize(4);
    }

    @Test
    void everyMethodMustBeMoreStable() {
        SomeFindings some = new SomeFindings()
                .pair(7, Method.SALIENCY, Measure.STABILITY_SPEARMAN, 0.5, 0.9)
                .pair(7, Method.GRAD_CAM, Measure.STABILITY_SPEARMAN, 0.6, 0.7);
        assertThat(new ReportClaims(some.of(7L)).all()).allMatch(Claim::holds);
        some.pair(7, Method.SMOOTH_GRAD, Measure.STABILITY_SPEARMAN, 0.71, 0.7);
        List<Claim> claims = new ReportClaims(some.of(7L)).all();
        assertThat(claims).hasSize(1).noneMatch(Claim::holds);
        assertThat(claims.get(0).numbers())
                .isEqualTo(
                        "2 of 3 cells; Saliency 0.500 against 0.900; SmoothGrad 0.710 against 0.700; GradCAM 0.600 against 0.700");
    }

    @Test
    void whatWasNotMeasuredIsNotClaimed() {
        Findings withoutTwin = new SomeFindings()
                .add(7, Kind.OTNN, Method.SALIENCY, Measure.MUFIDELITY_ZERO, 0.4)
                .of(7L);
        assertThat(new ReportClaims(withoutTwin).all()).isEmpty();
    }
}
