package io.github.otnn.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LossCatalogTest {
    @ParameterizedTest
    @EnumSource(LossCatalog.class)
    void everyDefaultLossComesBackFromItsSettings(LossCatalog entry) {
        assertThat(LossCatalog.named(entry.title())).isSameAs(entry);
        NamedLoss loss = entry.create(entry.labels() == LossCatalog.Labels.SIGN ? 1 : 10);

        LossSettings settings = new LossSettings(
                loss.settings().loss(), new LinkedHashMap<>(loss.settings().values()));
        NamedLoss copy = LossCatalog.read(settings);

        assertThat(copy).isExactlyInstanceOf(loss.getClass());
        assertThat(copy.settings()).isEqualTo(loss.settings());
        assertThat(copy.describe()).isEqualTo(loss.describe());
        assertThat(copy.scalars()).hasSize(loss.scalars().size());
    }

    @Test
    void settingsAreFlatTextThatKeepsEveryBit() {
        SoftmaxHkr loss = new SoftmaxHkr(Double.POSITIVE_INFINITY, 1 / 3.0, 10, ClassPriors.of(.2, .7, .1));

        assertThat(loss.settings().values())
                .isEqualTo(Map.of(
                        "lambda", "Infinity",
                        "margin", "0.3333333333333333",
                        "temperature", "10.0",
                        "priors", "0.2 0.7 0.1"));
        assertThat(LossCatalog.read(loss.settings())).isEqualTo(loss);
    }

    @Test
    void rejectsUnknownNamesListingAll() {
        assertThatThrownBy(() -> LossCatalog.named("hkr"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("loss 'hkr' is unknown; expected one of binary-hkr, ")
                .hasMessageContaining("softmax-hkr, ");
    }

    @Test
    void rejectsSettingsThatAreMissingUnknownOrNoNumbers() {
        assertThatThrownBy(() -> LossCatalog.read(new LossSettings("multi-margin", Map.of("priors", "uniform"))))
                .hasMessage("settings of multi-margin: expected 'margin', got only [priors]");
        assertThatThrownBy(() -> LossCatalog.read(
                        new LossSettings("multi-margin", Map.of("margin", "1", "priors", "uniform", "alpha", "2"))))
                .hasMessage("settings of multi-margin: [alpha] are unknown; expected [margin, priors]");
        assertThatThrownBy(() -> LossCatalog.read(
                        new LossSettings("multi-margin", Map.of("margin", "wide", "priors", "uniform"))))
                .hasMessage("settings of multi-margin: expected a number for 'margin', got 'wide'");
        assertThatThrownBy(() ->
                        LossCatalog.read(new LossSettings("multi-margin", Map.of("margin", "1", "priors", "a b"))))
                .hasMessage("settings of multi-margin: expected 'uniform' or numbers for 'priors', got 'a b'");
        assertThatThrownBy(() ->
                        LossCatalog.read(new LossSettings("multi-margin", Map.of("margin", "-1", "priors", "uniform"))))
                .hasMessage("MultiMargin: margin must be finite and > 0, got -1.0");
        Map<String, String> binary =
                new LinkedHashMap<>(new BinaryHkr(1, 1).settings().values());
        binary.put("weighting", "HALF");
        assertThatThrownBy(() -> LossCatalog.read(new LossSettings("binary-hkr", binary)))
                .hasMessage(
                        "settings of binary-hkr: expected one of [CLASS_CONDITIONAL, PRIOR_WEIGHTED] for 'weighting',"
                                + " got 'HALF'");
    }

    @Test
    void rejectsOutputsThatDoNotFitTheLabels() {
        assertThatThrownBy(() -> LossCatalog.SOFTMAX_HKR.create(1))
                .hasMessage("loss 'softmax-hkr': expected 2 or more classes, got 1");
        assertThatThrownBy(() -> LossCatalog.BINARY_HKR.create(2))
                .hasMessage("loss 'binary-hkr': expected 1 output, got 2");
        assertThatThrownBy(() -> LossCatalog.MULTILABEL_HKR.create(0))
                .hasMessage("loss 'multilabel-hkr': expected 1 or more labels, got 0");
    }
}
