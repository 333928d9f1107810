package io.github.otnn.examples.bench;

import io.github.otnn.core.onnx.OnnxExport;
import io.github.otnn.core.onnx.OnnxSettings;
import io.github.otnn.examples.CommonOptions;
import io.github.otnn.examples.ThreadOptions;
import io.github.otnn.examples.run.HtmlReport;
import io.github.otnn.examples.run.RunFolder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.RunnerException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Measures what training, predictions, explanations, constraints and audits cost, beside the bare operations. */
@Command(
        name = "bench",
        description = "Measures speed and memory with JMH, beside the bare operations and the unconstrained twins.",
        mixinStandardHelpOptions = true)
public final class BenchProgram implements Callable<Integer> {
    private static final String RESULTS = "bench.json";

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private final CommonOptions options = new CommonOptions();

    @Mixin
    private final ThreadOptions threads = new ThreadOptions();

    @Parameters(
            arity = "0..1",
            paramLabel = "FILTER",
            defaultValue = "",
            description = "regular expression that the names are to contain, in any case (default: all)")
    private String filter = "";

    @Option(names = "--list", description = "list the benchmarks and their parameters, and measure nothing")
    private boolean list;

    @Option(names = "--quick", description = "one short iteration each: shows that it works, measures nothing")
    private boolean quick;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "1",
            description = "times that everything is measured, in turn and in new JVMs (default: ${DEFAULT-VALUE})")
    private int rounds;

    @Option(names = "--warmups", paramLabel = "N", description = "iterations of 2 s that do not count (default: 3)")
    private @Nullable Integer warmups;

    @Option(names = "--iterations", paramLabel = "N", description = "iterations of 2 s that count (default: 5)")
    private @Nullable Integer iterations;

    @Option(names = "--network", split = ",", paramLabel = "NAME", description = "only these: ${COMPLETION-CANDIDATES}")
    private Set<BenchmarkNetwork> networks = EnumSet.noneOf(BenchmarkNetwork.class);

    @Option(names = "--variant", split = ",", paramLabel = "NAME", description = "only these: ${COMPLETION-CANDIDATES}")
    private Set<Variant> variants = EnumSet.noneOf(Variant.class);

    @Option(names = "--method", split = ",", paramLabel = "NAME", description = "only these: ${COMPLETION-CANDIDATES}")
    private Set<ExplanationMethod> methods = EnumSet.noneOf(ExplanationMethod.class);

    @Option(names = "--batch", split = ",", paramLabel = "N", description = "only these batch sizes")
    private Set<Integer> batches = new TreeSet<>();

    @Option(names = "--native-threads", split = ",", paramLabel = "N", description = "only so many native threads")
    private Set<Integer> nativeThreads = new TreeSet<>();

    @Option(
            names = "--onnx",
            paramLabel = "DIR",
            description = "write the networks that inference is measured on as ONNX, and measure nothing")
    private @Nullable Path onnx;

    @Option(names = "--json", paramLabel = "FILE", description = "write the results of JMH to this file too")
    private @Nullable Path json;

    @Override
    public Integer call() throws Exception {
        BenchmarkCatalog chosen = choose();
        if (onnx != null) {
            writeOnnx(onnx);
            return 0;
        }
        if (list) {
            chosen.lines().forEach(options::print);
            return 0;
        }
        try (RunFolder folder = options.openFolder()) {
            Collection<RunResult> results = measure(chosen);
            options.stopSignal().check();
            BenchmarkTable table =
                    new BenchmarkTable(results.stream().map(Measurement::of).toList());
            writeJson(results, folder.file(RESULTS));
            folder.publish(table.metrics(), report(table));
            if (json != null) {
                Files.copy(folder.path().resolve(RESULTS), json, StandardCopyOption.REPLACE_EXISTING);
            }
            options.print(BenchmarkTable.text(BenchmarkTable.HEADER, table.rows()));
            if (!table.memoryRows().isEmpty()) {
                options.print(BenchmarkTable.text(BenchmarkTable.MEMORY_HEADER, table.memoryRows()));
            }
            options.print("report: " + folder.path().resolve(RunFolder.REPORT));
        }
        return 0;
    }

    private void writeOnnx(Path folder) throws IOException {
        Files.createDirectories(folder);
        for (BenchmarkNetwork network : networks.isEmpty() ? EnumSet.allOf(BenchmarkNetwork.class) : networks) {
            Path file = folder.resolve(network + ".onnx");
            OnnxExport.of(BenchmarkNetwork.condensed(network.lipschitz()), OnnxSettings.channelsFirst())
                    .write(file);
            options.print(file.toString());
        }
    }

    private BenchmarkCatalog choose() {
        requirePositive("--rounds", Set.of(rounds));
        requirePositive("--warmups", warmups == null ? Set.of() : Set.of(warmups));
        requirePositive("--iterations", iterations == null ? Set.of() : Set.of(iterations));
        requirePositive("--batch", batches);
        requirePositive("--native-threads", nativeThreads);
        Pattern pattern;
        try {
            pattern = Pattern.compile(filter, Pattern.CASE_INSENSITIVE);
        } catch (PatternSyntaxException problem) {
            throw misused("FILTER: expected a regular expression, got '" + filter + "': " + problem.getDescription());
        }
        BenchmarkCatalog chosen = BenchmarkCatalog.all().matching(pattern);
        if (chosen.isEmpty()) {
            throw misused("FILTER: no benchmark has '" + filter + "' in its name; --list names them");
        }
        return chosen;
    }

    private void requirePositive(String option, Set<Integer> values) {
        for (int value : values) {
            if (value < 1) {
                throw misused("Invalid value for option '" + option + "': expected 1 or more, got " + value);
            }
        }
    }

    private ParameterException misused(String message) {
        return new ParameterException(Objects.requireNonNull(spec).commandLine(), message);
    }

    private Collection<RunResult> measure(BenchmarkCatalog chosen) throws RunnerException {
        BenchmarkSession session = new BenchmarkSession(chosen, options.seed(), options.stopSignal());
        session.restrict("workers", Set.of(threads.count()));
        session.restrict("network", networks);
        session.restrict("variant", variants);
        session.restrict("method", methods);
        session.restrict("batch", batches);
        session.restrict("nativeThreads", nativeThreads);
        session.iterations(warmups, iterations);
        if (quick) {
            session.hurry();
        }
        return session.run(rounds);
    }

    private static void writeJson(Collection<RunResult> results, Path file) throws IOException {
        try (PrintStream stream = new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, stream).writeOut(results);
        }
    }

    private HtmlReport report(BenchmarkTable table) {
        Map<String, Object> settings = options.settings();
        settings.put("filter", filter.isEmpty() ? "all" : filter);
        settings.put("rounds", rounds);
        settings.put("quick", quick ? "yes: these figures measure nothing" : "no");
        settings.put("workers", threads.count());
        settings.put("processors", Runtime.getRuntime().availableProcessors());
        settings.put("machine", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        settings.put("Java", System.getProperty("java.version"));
        HtmlReport report = new HtmlReport(
                        "Benchmarks",
                        "Medians over all iterations. '/ floor' is the time over that of the bare convolutions and products"
                                + " of the same shapes, '/ unconstrained' over that of an ordinary network of the same"
                                + " widths, both where they were measured too.")
                .section("Times")
                .table(BenchmarkTable.HEADER, table.rows())
                .paragraph(
                        "Spread: slowest minus fastest iteration over the median. Peak: most memory of the benchmark's"
                                + " own process, Java heap included.");
        List<List<String>> memory = table.memoryRows();
        if (!memory.isEmpty()) {
            report.section("Memory in the long run, MiB").table(BenchmarkTable.MEMORY_HEADER, memory);
        }
        return report.settings(settings);
    }
}
