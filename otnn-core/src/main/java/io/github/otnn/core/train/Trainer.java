package io.github.otnn.core.train;

import io.github.otnn.core.ShapeMismatchException;
import io.github.otnn.core.data.LabelledData;
import io.github.otnn.core.network.Network;
import io.github.otnn.core.network.Workers;
import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.IUpdater;

/**
 * Trains a network: seeded order, forward, loss, backward, pullback once, ND4J updater, projection once.
 *
 * <p>The updater works on all raw weights as one vector; its schedules see the step since the start and the epoch, a loss with a
 * schedule sees the epoch. Equal seeds, data and numbers of workers give equal bits, also when the run is stored between two
 * steps and goes on later, with {@link #resume}. Belongs to one thread, which may share its work with lent workers. An interrupt
 * of that thread ends the run after the present step, like a listener that says so, and stays set.
 */
public final class Trainer {
    private final Network network;
    private final Loss scheduledLoss;
    private final String updaterDescription;
    private final INDArray updaterState;
    private final TrainingSettings settings;
    private final List<TrainingListener> listeners;
    private final Workers workers;
    private final StepRunner steps;
    private TrainingPosition position = TrainingPosition.start(0);
    private long lastTick;
    private @Nullable LabelledData digestedData;
    private String dataDigest = "";

    /**
     * Prepares a run.
     *
     * @param network trained in place
     * @param updater ND4J's, with its learning rate or schedule
     */
    public Trainer(
            Network network, Loss loss, IUpdater updater, TrainingSettings settings, TrainingListener... listeners) {
        this(network, loss, updater, settings, Workers.none(), listeners);
    }

    /**
     * Prepares a run on several threads: each step's samples are split evenly over the workers, in their order, and the
     * gradients are summed. The result is that of the whole batch for losses that are a mean over samples; equal seeds and
     * counts of workers give equal bits.
     *
     * @param workers threads that the caller lends
     */
    public Trainer(
            Network network,
            Loss loss,
            IUpdater updater,
            TrainingSettings settings,
            Workers workers,
            TrainingListener... listeners) {
        this.network = network;
        this.scheduledLoss = loss;
        this.settings = settings;
        this.listeners = List.of(listeners);
        this.workers = workers;
        // objects that do not describe themselves end in a number that differs from run to run
        this.updaterDescription = updater.toString().replaceAll("@[0-9a-f]{1,8}\\b", "");
        long stateLength = updater.stateSize(network.rawWeights().length());
        // updaters without state still want an array to be handed over
        this.updaterState = Tensors.zeros(network.type(), 1, Math.max(1, stateLength));
        this.steps = new StepRunner(
                network,
                updater.instantiate(stateLength == 0 ? null : updaterState, true),
                settings.microBatchSize(),
                workers);
    }

    /**
     * Runs all epochs, or until a listener or an interrupt ends it.
     *
     * @param data of the network's input shape. Not modified.
     * @throws ShapeMismatchException if the samples have another shape than the network's input
     * @throws IllegalArgumentException if loss or weights become NaN or infinite, naming epoch and step
     */
    public TrainingSummary fit(LabelledData data) {
        requireSuited(data);
        position = TrainingPosition.start(position.iteration());
        return run(data, false);
    }

    /**
     * Goes on with a stored run as {@link #fit} would have: the result is that of the run that was never stored, to the bit.
     * Network, loss, updater, settings, number of workers and data must be those of that run; only more epochs may be asked for.
     *
     * @param stored from a {@link TrainingListener#onPause}. Not modified.
     * @param data the same as before. Not modified.
     * @throws IllegalArgumentException naming what differs; the network is as it was then, unless the state itself is broken
     */
    public TrainingSummary resume(TrainingState stored, LabelledData data) {
        requireSuited(data);
        int stepsPerEpoch = stepsPerEpoch(data);
        plan(data).requireContinues(stored.plan());
        TrainingPosition at = stored.position();
        if (at.batch() >= stepsPerEpoch || at.steps() != (long) at.epoch() * stepsPerEpoch + at.batch()) {
            throw new IllegalArgumentException("resume: expected a position in epochs of " + stepsPerEpoch
                    + " steps, got epoch " + at.epoch() + ", batch " + at.batch() + ", step " + at.steps());
        }
        restoreOptimiser(stored);
        network.restore(stored.network());
        position = at;
        return run(data, true);
    }

    private void restoreOptimiser(TrainingState stored) {
        if (!Arrays.equals(stored.updater().shape(), updaterState.shape())
                || stored.updater().dataType() != updaterState.dataType()) {
            throw new ShapeMismatchException(
                    "resume: state of the updater",
                    updaterState.dataType() + " " + Arrays.toString(updaterState.shape()),
                    stored.updater().dataType() + " "
                            + Arrays.toString(stored.updater().shape()));
        }
        List<LearnableScalar> scalars = scheduledLoss.scalars();
        List<String> names = scalars.stream().map(LearnableScalar::name).toList();
        List<String> storedNames =
                stored.scalars().stream().map(TrainingState.Scalar::name).toList();
        if (!names.equals(storedNames)) {
            throw new IllegalArgumentException(
                    "resume: expected learned scalars " + names + " of the loss, got " + storedNames);
        }
        for (int i = 0; i < names.size(); i++) {
            scalars.get(i).restore(stored.scalars().get(i).value());
        }
        updaterState.assign(stored.updater());
    }

    private void requireSuited(LabelledData data) {
        if (!data.featureShape().equals(network.inputShape())) {
            throw new ShapeMismatchException(
                    "training data",
                    network.inputShape().toString(),
                    data.featureShape().toString());
        }
        if (data.features().dataType() != network.type()) {
            throw new IllegalArgumentException("training data: expected " + network.type() + " like the network, got "
                    + data.features().dataType() + "; name the type in LabelledData.of");
        }
    }

    private int stepsPerEpoch(LabelledData data) {
        return (data.size() - 1) / settings.batchSize() + 1;
    }

    private TrainingSummary run(LabelledData data, boolean resumed) {
        // made here, before other threads ask for them
        network.replica(workers.count() - 1);
        int stepsPerEpoch = stepsPerEpoch(data);
        listeners.forEach(listener -> listener.onStart(settings.epochs(), stepsPerEpoch));
        if (resumed) {
            listeners.forEach(listener -> listener.onResume(position));
        }
        boolean stopped = false;
        lastTick = System.nanoTime();
        while (position.epoch() < settings.epochs() && !stopped) {
            stopped = runEpoch(data, stepsPerEpoch);
        }
        tick();
        TrainingSummary summary = position.summary(stopped);
        listeners.forEach(listener -> listener.onFinish(summary));
        return summary;
    }

    /** Counts the time since it was last called. */
    private void tick() {
        long now = System.nanoTime();
        position = position.at(position.seconds() + (now - lastTick) / 1e9);
        lastTick = now;
    }

    /** Runs what is left of the present epoch; true if the run is to end. */
    private boolean runEpoch(LabelledData data, int stepsPerEpoch) {
        int epoch = position.epoch();
        double secondsBefore = position.seconds();
        StepTimes timesBefore = position.times();
        Loss loss = scheduledLoss.atEpoch(epoch);
        int[] order = data.shuffledRows(settings.seed(), epoch);
        while (true) {
            int batch = position.batch();
            runBatch(data, order, loss, stepsPerEpoch);
            boolean stopped =
                    Thread.currentThread().isInterrupted() || listeners.stream().anyMatch(TrainingListener::shouldStop);
            boolean complete = batch == stepsPerEpoch - 1;
            tick();
            if (complete) {
                position = position.afterEpoch(data.size());
                TrainingListener.EpochEvent event = new TrainingListener.EpochEvent(
                        epoch,
                        settings.epochs(),
                        position.lastEpochLoss(),
                        position.seconds() - secondsBefore,
                        position.times().minus(timesBefore));
                listeners.forEach(listener -> listener.onEpoch(event));
            }
            boolean last = stopped || position.epoch() == settings.epochs();
            TrainingListener.PauseEvent pause = new TrainingListener.PauseEvent(position, last, () -> state(data));
            listeners.forEach(listener -> listener.onPause(pause));
            if (stopped || complete) {
                return stopped;
            }
        }
    }

    private void runBatch(LabelledData data, int[] order, Loss loss, int stepsPerEpoch) {
        int epoch = position.epoch();
        int batch = position.batch();
        int from = batch * settings.batchSize();
        int[] rows = Arrays.copyOfRange(order, from, from + Math.min(order.length - from, settings.batchSize()));
        StepRunner.Step done;
        try {
            done = steps.run(data, rows, loss, position.iteration(), epoch);
        } catch (IllegalArgumentException cause) {
            throw new IllegalArgumentException(
                    "training stopped at epoch " + epoch + ", step " + batch + ": " + cause.getMessage(), cause);
        }
        position = position.afterBatch(done.loss(), rows.length, done.times());
        TrainingListener.BatchEvent event =
                new TrainingListener.BatchEvent(epoch, batch, stepsPerEpoch, done.loss(), done.times());
        listeners.forEach(listener -> listener.onBatch(event));
    }

    private TrainingState state(LabelledData data) {
        return new TrainingState(
                plan(data),
                position,
                network.state(),
                updaterState.dup('c'),
                scheduledLoss.scalars().stream()
                        .map(scalar -> new TrainingState.Scalar(scalar.name(), scalar.value()))
                        .toList());
    }

    /** What fixes every bit of a run on these data, beside the network it starts from. Reads all data the first time. */
    public TrainingPlan plan(LabelledData data) {
        if (digestedData != data) {
            dataDigest = data.digest();
            digestedData = data;
        }
        return new TrainingPlan(
                settings, workers.count(), scheduledLoss.describe(), updaterDescription, data.size(), dataDigest);
    }
}
