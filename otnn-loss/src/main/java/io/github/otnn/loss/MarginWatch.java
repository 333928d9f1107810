package io.github.otnn.loss;

import io.github.otnn.core.train.TrainingListener;
import java.util.List;
import java.util.function.Consumer;

/**
 * Tells during training when a learned margin comes to sit at its floor, once for each time it does; looks after each epoch.
 */
public final class MarginWatch implements TrainingListener {
    private final AutoMarginLoss loss;
    private final Consumer<String> receiver;
    private List<String> present = List.of();

    /**
     * Watches a loss.
     *
     * @param receiver gets one sentence per margin, such as {@code logger::warn}
     */
    public MarginWatch(AutoMarginLoss loss, Consumer<String> receiver) {
        this.loss = loss;
        this.receiver = receiver;
    }

    @Override
    public void onEpoch(EpochEvent event) {
        List<String> before = present;
        present = loss.floorWarnings();
        for (String warning : present) {
            if (!before.contains(warning)) {
                receiver.accept("after epoch " + event.epoch() + " the " + warning);
            }
        }
    }
}
