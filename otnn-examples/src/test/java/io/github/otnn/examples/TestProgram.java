package io.github.otnn.examples;

import io.github.otnn.examples.run.HtmlReport;
import io.github.otnn.examples.run.Metrics;
import io.github.otnn.examples.run.RunFolder;
import io.github.otnn.examples.run.StopSignal;
import io.github.otnn.examples.run.StoppedException;
import io.github.otnn.examples.run.TrainingProgress;
import java.nio.file.Files;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A program that does whatever a test needs; also started as a process of its own. */
@Command(name = "test", description = "does nothing", mixinStandardHelpOptions = true)
final class TestProgram implements Callable<Integer> {
    enum Behaviour {
        SUCCEED,
        FAIL,
        STOP_STORED,
        LACK_A_CLASS,
        LACK_MEMORY,
        RUN_FOREVER,
        IGNORE_INTERRUPTS
    }

    @Mixin
    private final CommonOptions options = new CommonOptions();

    @Option(names = "--behaviour")
    private Behaviour behaviour = Behaviour.SUCCEED;

    public static void main(String[] arguments) {
        int exitCode;
        try (StopSignal stop = StopSignal.onShutdown()) {
            exitCode = OtnnPrograms.commandLine(stop)
                    .addSubcommand(new TestProgram())
                    .execute(arguments);
        }
        System.exit(exitCode);
    }

    @Override
    public Integer call() throws Exception {
        try (RunFolder folder = options.openFolder();
                TrainingProgress progress = options.progress("test")) {
            Files.writeString(folder.file("half.csv"), "1,2");
            switch (behaviour) {
                case FAIL -> throw new IllegalStateException("logit [3, 1] is NaN");
                case STOP_STORED -> throw new StoppedException("stopped, and stored");
                case LACK_A_CLASS -> throw new NoClassDefFoundError("org/nd4j/Missing");
                case LACK_MEMORY -> throw new OutOfMemoryError("Physical memory usage is too high");
                case RUN_FOREVER -> {
                    options.print("running");
                    while (!progress.shouldStop()) {
                        Thread.onSpinWait();
                    }
                }
                case IGNORE_INTERRUPTS -> {
                    options.print("running");
                    while (true) {
                        Thread.onSpinWait();
                    }
                }
                default -> options.print("seed " + options.seed() + ", epochs " + options.epochs(20));
            }
            Metrics metrics = new Metrics().put("seed", options.seed(), "seed of the run");
            folder.publish(metrics, new HtmlReport("Test", "Nothing.").settings(options.settings()));
        }
        return 0;
    }
}
