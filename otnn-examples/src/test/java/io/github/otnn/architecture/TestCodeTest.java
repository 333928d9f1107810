package io.github.otnn.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.indexing.SpecifiedIndex;

/** Habits of the tests of all modules. Reads their compiled classes, which the build has made before this module's. */
class TestCodeTest {
    private static JavaClasses tests;

    @BeforeAll
    static void importTests() throws IOException {
        List<Path> folders;
        try (Stream<Path> modules = Files.list(Path.of("").toAbsolutePath().getParent())) {
            folders = modules.filter(module -> Files.exists(module.resolve("pom.xml")))
                    .map(module -> module.resolve("target").resolve("test-classes"))
                    .filter(Files::isDirectory)
                    .toList();
        }
        // the rules themselves name what they forbid
        tests = new ClassFileImporter()
                .importPaths(folders)
                .that(not(resideInAPackage(TestCodeTest.class.getPackageName())));
    }

    @Test
    void testsOfAllModulesAreSeen() {
        assertThat(tests.stream().map(JavaClass::getName))
                .contains("io.github.otnn.core.testing.Golden")
                .anyMatch(name -> name.startsWith("io.github.otnn.layers."))
                .anyMatch(name -> name.startsWith("io.github.otnn.examples."));
    }

    @Test
    void everyRandomTestHasASeed() {
        noClasses()
                .should()
                .callConstructor(Random.class)
                .orShould()
                .callConstructor(SplittableRandom.class)
                .orShould()
                .callMethod(Math.class, "random")
                .orShould()
                .callMethod(Collections.class, "shuffle", List.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(ThreadLocalRandom.class)
                .check(tests);
    }

    @Test
    void nobodyUsesSpecifiedIndex() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .areAssignableTo(SpecifiedIndex.class)
                .check(tests);
    }
}
