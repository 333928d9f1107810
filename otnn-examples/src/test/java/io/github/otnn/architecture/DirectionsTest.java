package io.github.otnn.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethodWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;

/** Who may know whom: modules, the packages of core, and ND4J behind one door. The table is that of docs/design.md. */
@AnalyzeClasses(packages = "io.github.otnn", importOptions = ProductionCode.class)
class DirectionsTest {
    private static final String OTNN = "io.github.otnn..";
    private static final String CORE = "io.github.otnn.core";

    /** Packages of core and those of core that they may know beside {@code core} itself. */
    private static final Map<String, List<String>> PACKAGES_OF_CORE = new LinkedHashMap<>();

    static {
        PACKAGES_OF_CORE.put("tensor", List.of());
        PACKAGES_OF_CORE.put("linalg", List.of("tensor"));
        PACKAGES_OF_CORE.put("data", List.of("tensor"));
        PACKAGES_OF_CORE.put("graph", List.of("linalg", "tensor"));
        PACKAGES_OF_CORE.put("network", List.of("graph", "linalg", "tensor"));
        PACKAGES_OF_CORE.put("train", List.of("network", "data", "tensor"));
        PACKAGES_OF_CORE.put("certify", List.of("network", "data", "linalg", "tensor"));
        PACKAGES_OF_CORE.put("io", List.of("certify", "train", "network", "data", "tensor"));
        PACKAGES_OF_CORE.put("samediff", List.of("network", "graph", "linalg", "tensor"));
        PACKAGES_OF_CORE.put("onnx", List.of("io", "network", "graph", "linalg", "tensor"));
    }

    @ArchTest
    static final ArchRule coreKnowsNoOtherModule = modules("core", "layers", "loss", "xai", "examples");

    @ArchTest
    static final ArchRule layersKnowCoreAlone = modules("layers", "loss", "xai", "examples");

    @ArchTest
    static final ArchRule lossesKnowCoreAlone = modules("loss", "layers", "xai", "examples");

    @ArchTest
    static final ArchRule explanationsKnowCoreAlone = modules("xai", "layers", "loss", "examples");

    @ArchTest
    static final ArchRule examplesAreKnownByNobody = noClasses()
            .that(not(resideInAPackage("io.github.otnn.examples..")))
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.github.otnn.examples..");

    @ArchTest
    static final ArchRule rootOfCoreKnowsNoPackageBelowIt = noClasses()
            .that()
            .resideInAPackage(CORE)
            .should()
            .dependOnClassesThat(resideInAPackage(OTNN).and(not(resideInAPackage(CORE))));

    @ArchTest
    static final ArchRule everyPackageOfCoreIsInTheTable = classes()
            .that()
            .resideInAPackage(CORE + "..")
            .should()
            .resideInAnyPackage(inCore(PACKAGES_OF_CORE.keySet().toArray(String[]::new)));

    @ArchTest
    static final ArchRule onlyTensorCallsOperationsOfNd4j = noClasses()
            .that(not(resideInAnyPackage(CORE + ".tensor", CORE + ".samediff")))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.nd4j.linalg.factory..",
                    "org.nd4j.linalg.api.ops..",
                    "org.nd4j.linalg.indexing..",
                    "org.nd4j.autodiff..");

    /** A graph of SameDiff is made of variables and settings of its operators; nothing is computed there by other means. */
    @ArchTest
    static final ArchRule bridgeToSameDiffKnowsNothingElseOfNd4j = noClasses()
            .that()
            .resideInAPackage(CORE + ".samediff")
            .should()
            .dependOnClassesThat(resideInAnyPackage(
                            "org.nd4j.linalg.factory..", "org.nd4j.linalg.api.ops..", "org.nd4j.linalg.indexing..")
                    .and(not(resideInAPackage("org.nd4j.linalg.api.ops.impl.layers.convolution.config"))));

    /** SECURITY.md says so: the shaded protobuf has flaws in what reads messages, and writes the files of ONNX. */
    @ArchTest
    static final ArchRule nobodyReadsMessagesOfProtobuf = noClasses()
            .should(callMethodWhere(target(describe(
                    "reads a message of protobuf",
                    (AccessTarget.CodeUnitCallTarget target) ->
                            target.getName().matches("parse(Delimited|Partial)?From|merge(Delimited)?From")
                                    && resideInAnyPackage("onnx..", "org.nd4j.shade.protobuf..")
                                            .test(target.getOwner())))))
            .because("it cannot be updated");

    /** SECURITY.md says so: what is shaded into ND4J cannot be updated. */
    @ArchTest
    static final ArchRule nobodyCallsWhatNd4jBringsAlong = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.nd4j.shade.jackson..",
                    "org.nd4j.shade.guava..",
                    "org.nd4j.serde.json..",
                    "org.apache.commons..",
                    "com.google..",
                    "net.ericaro..");

    @ArchTest
    static void packagesOfCoreKnowOnlyThoseInTheTable(JavaClasses production) {
        SoftAssertions all = new SoftAssertions();
        PACKAGES_OF_CORE.forEach(
                (name, known) -> all.assertThatCode(() -> onlyKnows(name, known).check(production))
                        .as(name)
                        .doesNotThrowAnyException());
        all.assertAll();
    }

    private static ArchRule onlyKnows(String name, List<String> known) {
        DescribedPredicate<JavaClass> others = resideInAPackage(OTNN)
                .and(not(resideInAnyPackage(inCore(known.toArray(String[]::new)))))
                .and(not(resideInAPackage(CORE + "." + name)))
                .as("classes outside " + name + ", " + known + " and the root of core");
        return noClasses()
                .that()
                .resideInAPackage(CORE + "." + name)
                .should()
                .dependOnClassesThat(others)
                // a package that is planned but empty breaks no rule
                .allowEmptyShould(true);
    }

    private static ArchRule modules(String module, String... unknown) {
        String[] packages = new String[unknown.length];
        for (int i = 0; i < unknown.length; i++) {
            packages[i] = "io.github.otnn." + unknown[i] + "..";
        }
        return noClasses()
                .that()
                .resideInAPackage("io.github.otnn." + module + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(packages);
    }

    /** The packages of core with these names, and its root. */
    private static String[] inCore(String... names) {
        String[] packages = new String[names.length + 1];
        packages[0] = CORE;
        for (int i = 0; i < names.length; i++) {
            packages[i + 1] = CORE + "." + names[i];
        }
        return packages;
    }
}
