package io.github.otnn.core.io;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

class FileSummaryTest {
    @Test
    void numbersThatAScheduleReplacesAreLeftOut() {
        Adam scheduled = new Adam(new ExponentialSchedule(ScheduleType.EPOCH, 1e-3, 0.5));
        assertThat(scheduled.toString()).contains("learningRate=NaN");
        assertThat(FileSummary.updater(scheduled.toString()))
                .startsWith("Adam(learningRateSchedule=ExponentialSchedule(")
                .contains("initialValue=0.001", "beta1=0.9")
                .doesNotContain("NaN");
        assertThat(FileSummary.updater(new Adam(2e-3).toString()))
                .startsWith("Adam(learningRate=0.002, beta1=0.9")
                .doesNotContain("null");
    }
}
