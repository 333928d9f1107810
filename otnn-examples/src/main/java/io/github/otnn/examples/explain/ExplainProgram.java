package io.github.otnn.examples.explain;

import io.github.otnn.core.tensor.Tensors;
import io.github.otnn.examples.RunOptions;
import io.github.otnn.examples.run.RunFolder;
import io.github.otnn.examples.run.WorkProgress;
import io.github.otnn.xai.counterfactual.Limits;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Explains what a stored model decides: maps of why, certified radius beside the nearest attack, and the ways to other classes.
 */
@Command(
        name = "explain",
        description = "Explains the decisions of a model file: maps, certified radii, attacks, counterfactuals.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "otnn explain out/fashion-mnist/model.otnn --images 10 --methods saliency,grad-cam",
            "otnn explain out/fashion-mnist/model.otnn shoe.png bag.jpg --resize",
            "otnn explain out/koch/model.otnn --points \"0.3,0.1;0.2,0.5\""
        })
public final class ExplainProgram implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec command;

    @Mixin
    private final RunOptions options = new RunOptions();

    @Mixin
    private final InputOptions inputs = new InputOptions();

    @Option(
            names = "--methods",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "saliency,integrated-gradients,smooth-grad,occlusion",
            converter = MethodName.Names.class,
            completionCandidates = MethodName.Names.class,
            description = {"maps to draw (default: ${DEFAULT-VALUE}), some of", "${COMPLETION-CANDIDATES}"})
    private List<MethodName> methods = List.of();

    @Option(
            names = "--score",
            paramLabel = "NAME",
            defaultValue = "logit",
            description = "what maps explain: the logit of the predicted class or its lead (margin) over the runner-up"
                    + " (default: ${DEFAULT-VALUE})")
    private ExplainedModel.ScoreName score = ExplainedModel.ScoreName.LOGIT;

    @Option(names = "--layer", paramLabel = "NAME", description = "layer of grad-cam (default: the last with an image)")
    private @Nullable String layer;

    @Option(
            names = "--times",
            paramLabel = "T",
            split = ",",
            defaultValue = "1,2,3,5",
            description = "steps on the ways to other classes; 1 is the boundary of a linear network (default:"
                    + " ${DEFAULT-VALUE})")
    private List<Double> times = List.of();

    @Option(
            names = "--class-time",
            paramLabel = "T",
            defaultValue = "10",
            description = "T of the picture of all classes, x - T f_k grad f_k (default: ${DEFAULT-VALUE})")
    private double classTime;

    @Option(
            names = "--rivals",
            paramLabel = "N",
            defaultValue = "9",
            description = "other classes to find ways to, the strongest first (default: ${DEFAULT-VALUE})")
    private int rivals;

    @Option(
            names = "--scale",
            paramLabel = "NAME",
            defaultValue = "per_map",
            description = "whose values set the colours: per_map or shared, by all samples (default: ${DEFAULT-VALUE})")
    private MapScale scale = MapScale.PER_MAP;

    @Option(
            names = "--beside",
            paramLabel = "MODEL",
            description =
                    "second model: its maps are shown beside the first's, and it judges the ways to other classes")
    private @Nullable Path other;

    @Override
    public Integer call() throws Exception {
        long start = System.nanoTime();
        requireSettings();
        StoredModel model = StoredModel.read(inputs.model());
        Samples samples = inputs.read(model);
        StoredModel second = other == null ? null : alike(StoredModel.read(other), model);
        if (inputs.scaleIsGuessed(model)) {
            options.remark(inputs.model()
                    + " does not say how pixels become its input: they go in as 0 to 255; --divide 255 if it"
                    + " wants 0 to 1");
        }
        ExplainedModel.Question question =
                new ExplainedModel.Question(List.copyOf(new LinkedHashSet<>(methods)), score, layer, options.seed());
        for (MethodName method : question.methods()) {
            model.functionFor(method, layer);
        }
        try (RunFolder folder = options.openFolder()) {
            List<ExplainedModel> explained = new ArrayList<>();
            try (WorkProgress progress = options.work("explain")) {
                explained.add(ExplainedModel.of(model, samples, question, progress));
            }
            if (second != null) {
                try (WorkProgress progress = options.work("explain beside")) {
                    explained.add(ExplainedModel.of(second, samples, question, progress));
                }
            }
            ExplanationReport report = new ExplanationReport(
                    samples,
                    explained,
                    inputs.scale(model),
                    scale,
                    rivalWays(explained.get(0), samples),
                    second,
                    settings(samples));
            report.write(folder, classWays(explained.get(0), samples), start);
            options.print(report.summary() + "report: " + folder.path().resolve(RunFolder.REPORT));
        }
        return 0;
    }

    private List<Ways> rivalWays(ExplainedModel explained, Samples samples) {
        List<Ways> ways = new ArrayList<>();
        for (int i = 0; i < samples.count(); i++) {
            options.stopSignal().check();
            ways.add(Ways.toRivals(explained, row(samples, i), i, rivals, times, limits(explained, samples)));
        }
        return ways;
    }

    /** Empty where the model has one output, or more classes than a picture can show. */
    private List<Ways> classWays(ExplainedModel explained, Samples samples) {
        List<Ways> ways = new ArrayList<>();
        int outputs = explained.model().outputs();
        for (int i = 0; samples.images() && outputs > 1 && outputs <= rivals + 1 && i < samples.count(); i++) {
            options.stopSignal().check();
            ways.add(Ways.toEveryClass(explained, row(samples, i), classTime, limits(explained, samples)));
        }
        return ways;
    }

    private @Nullable Limits limits(ExplainedModel explained, Samples samples) {
        return samples.images() ? inputs.scale(explained.model()) : null;
    }

    private static INDArray row(Samples samples, int i) {
        return Tensors.rows(samples.inputs(), i, i + 1L);
    }

    static StoredModel alike(StoredModel second, StoredModel first) {
        if (!second.input().equals(first.input()) || second.outputs() != first.outputs()) {
            throw new IllegalArgumentException("--beside " + second.file() + ": expected a model that takes "
                    + first.input() + " and gives " + first.outputs() + " outputs, it takes " + second.input()
                    + " and gives " + second.outputs());
        }
        if (!second.scale().equals(first.scale())) {
            throw new IllegalArgumentException("--beside " + second.file() + ": expected the input scale of "
                    + first.file() + ", " + first.scale() + ", got " + second.scale());
        }
        return second;
    }

    private void requireSettings() {
        for (double time : times) {
            if (!Double.isFinite(time)) {
                throw misuse("Invalid value for option '--times': expected finite numbers, got " + time);
            }
        }
        if (!Double.isFinite(classTime)) {
            throw misuse("Invalid value for option '--class-time': expected a finite number, got " + classTime);
        }
        if (rivals < 1) {
            throw misuse("Invalid value for option '--rivals': expected 1 or more, got " + rivals);
        }
    }

    private ParameterException misuse(String message) {
        return new ParameterException(Objects.requireNonNull(command).commandLine(), message);
    }

    private Map<String, Object> settings(Samples samples) {
        Map<String, Object> settings = options.settings();
        settings.put("model", inputs.model());
        if (other != null) {
            settings.put("model beside", other);
        }
        settings.put("samples", samples.count());
        settings.put("score", score == ExplainedModel.ScoreName.LOGIT ? "logit of the prediction" : "margin");
        settings.put("methods", methods.stream().map(MethodName::title).toList());
        settings.put("ways to rivals", "x - t g grad g / |grad g|^2, g = f_s - f_k, t " + times);
        settings.put("scale of the maps", scale);
        return settings;
    }
}
