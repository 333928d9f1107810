package io.github.otnn.examples;

import io.github.otnn.examples.attack.AttackProgram;
import io.github.otnn.examples.bench.BenchProgram;
import io.github.otnn.examples.block.BlockMnistProgram;
import io.github.otnn.examples.evaluation.XaiReportProgram;
import io.github.otnn.examples.explain.ExplainProgram;
import io.github.otnn.examples.explain.FeaturesProgram;
import io.github.otnn.examples.fashion.CompareLossesProgram;
import io.github.otnn.examples.fashion.FashionMnistProgram;
import io.github.otnn.examples.koch.KochProgram;
import io.github.otnn.examples.run.StopSignal;
import io.github.otnn.examples.run.StoppedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The command {@code otnn}: lists the programs and runs one.
 *
 * <p>Exit codes: 0 the program has done its work; 1 it failed, with one line on the error stream saying why; 2 it was called
 * in a way it does not understand. Ctrl-C ends the process with the code of the signal, and nothing half-written.
 *
 * <p>A program is a class that implements {@code Callable<Integer>}, has {@link CommonOptions} as a mixin if it makes results, and is named in
 * {@code subcommands} below.
 */
@Command(
        name = "otnn",
        description = "Programs that train, certify and explain 1-Lipschitz neural networks.",
        subcommands = {
            KochProgram.class,
            FashionMnistProgram.class,
            CompareLossesProgram.class,
            ExplainProgram.class,
            FeaturesProgram.class,
            AttackProgram.class,
            BlockMnistProgram.class,
            XaiReportProgram.class,
            BenchProgram.class,
            InspectProgram.class,
            ImportProgram.class,
            ExportProgram.class
        },
        mixinStandardHelpOptions = true,
        versionProvider = OtnnPrograms.Version.class,
        synopsisSubcommandLabel = "PROGRAM",
        commandListHeading = "%nPrograms:%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:failed; one line says why", "2:not understood; see --help"},
        footer = {"", "Options of a program: otnn PROGRAM --help"})
public final class OtnnPrograms implements Runnable {
    /** System property with the width of the terminal that the error stream is; absent if it is none. */
    static final String TERMINAL_COLUMNS = "otnn.terminal.columns";

    private static final String DEBUG = "otnn.debug";

    private final StopSignal stop;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "show the stack trace of a failure")
    private boolean debug;

    private OtnnPrograms(StopSignal stop) {
        this.stop = stop;
    }

    /** Runs the program named by the first argument, and ends the process with its exit code. */
    public static void main(String[] arguments) {
        int exitCode;
        try (StopSignal stop = StopSignal.onShutdown()) {
            exitCode = commandLine(stop).execute(arguments);
        }
        System.exit(exitCode);
    }

    /** The command line with all programs. */
    static CommandLine commandLine(StopSignal stop) {
        OtnnPrograms programs = new OtnnPrograms(stop);
        return new CommandLine(programs)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(true)
                .setUsageHelpLongOptionsMaxWidth(28)
                .setExecutionStrategy(OtnnPrograms::runGuarded)
                .setParameterExceptionHandler((problem, arguments) -> misused(problem))
                .setExecutionExceptionHandler((failure, command, parsed) -> programs.failed(failure, command));
    }

    /** Called when no program was named. */
    @Override
    public void run() {
        CommandLine command = requireSpec().commandLine();
        throw new ParameterException(command, "Expected a program: " + names(command));
    }

    StopSignal stopSignal() {
        return stop;
    }

    private static String names(CommandLine command) {
        return String.join(", ", command.getSubcommands().keySet());
    }

    private static int misused(ParameterException problem) {
        CommandLine command = problem.getCommandLine();
        String name = command.getCommandSpec().qualifiedName();
        command.getErr().println(name + ": " + problem.getMessage());
        if (problem instanceof CommandLine.UnmatchedArgumentException unmatched
                && command.getCommandSpec().root() == command.getCommandSpec()
                && !unmatched.getUnmatched().get(0).startsWith("-")) {
            command.getErr().println("Programs: " + names(command));
        }
        command.getErr().println("Try: " + name + " --help");
        return CommandLine.ExitCode.USAGE;
    }

    private int failed(Exception failure, CommandLine command) {
        Throwable cause = failure instanceof ExecutionException ? failure.getCause() : failure;
        // whatever fails after the user has asked to stop, fails because of that
        Throwable told = stop.raised() && !(cause instanceof StoppedException) ? new StoppedException() : cause;
        command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + describe(told));
        if (debug || Boolean.getBoolean(DEBUG)) {
            cause.printStackTrace(command.getErr());
        }
        return CommandLine.ExitCode.SOFTWARE;
    }

    private static String describe(Throwable cause) {
        String message = cause.getMessage();
        if (cause instanceof OutOfMemoryError) {
            return "out of memory (" + message + "); give the program more as the README says, or a smaller task";
        }
        if (cause instanceof NoSuchFileException missing) {
            return missing.getFile() + ": there is no such file"
                    + (missing.getReason() == null ? "" : "; " + missing.getReason());
        }
        boolean speaksForItself = message != null
                && !message.isBlank()
                && !(cause instanceof FileSystemException)
                && !(cause instanceof Error);
        return speaksForItself ? message : cause.getClass().getSimpleName() + ": " + message + " (--debug tells more)";
    }

    private CommandSpec requireSpec() {
        return Objects.requireNonNull(spec, "set by picocli");
    }

    /** Runs the program, and lets its linkage and memory errors end in one line like any other failure. */
    private static int runGuarded(ParseResult parsed) {
        try {
            return new RunLast().execute(parsed);
        } catch (LinkageError | OutOfMemoryError error) {
            ParseResult program = parsed;
            while (program.hasSubcommand()) {
                program = program.subcommand();
            }
            throw new ExecutionException(program.commandSpec().commandLine(), "program failed", error);
        }
    }

    /** Reads the version from the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = OtnnPrograms.class.getPackage().getImplementationVersion();
            return new String[] {
                "otnn " + (version == null ? "(development)" : version),
                "Java " + System.getProperty("java.version") + ", " + System.getProperty("os.name") + " "
                        + System.getProperty("os.arch")
            };
        }
    }
}
