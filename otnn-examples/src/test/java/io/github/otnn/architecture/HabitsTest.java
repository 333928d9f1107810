package io.github.otnn.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.accessTargetWhere;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethodWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.domain.JavaStaticInitializer;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.NullMarked;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.SpecifiedIndex;

/** Habits of the production code that a compiler does not check. */
@AnalyzeClasses(packages = "io.github.otnn", importOptions = ProductionCode.class)
class HabitsTest {
    private static final Pattern GLOBAL_OR_RANDOM =
            Pattern.compile("set[A-Z].*|enable.*|getRandom|rand[a-z]*|shuffle|choice");

    @ArchTest
    static final ArchRule nobodyUsesSpecifiedIndex = noClasses()
            .should()
            .dependOnClassesThat()
            .areAssignableTo(SpecifiedIndex.class)
            .because("its put does nothing and its get copies");

    @ArchTest
    static final ArchRule libraryPrintsNothing = noClasses()
            .that(ProductionCode.LIBRARY)
            .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS)
            .because("applications decide where messages go: use SLF4J");

    @ArchTest
    static final ArchRule nobodyIsRandomWithoutSeed = noClasses()
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
            .areAssignableTo(ThreadLocalRandom.class);

    @ArchTest
    static final ArchRule nobodyChangesGlobalStateOfNd4j = noClasses()
            .should(callMethodWhere(target(describe(
                    "is a setter or a global generator of Nd4j",
                    (AccessTarget.CodeUnitCallTarget target) -> target.getOwner()
                                    .isEquivalentTo(Nd4j.class)
                            && GLOBAL_OR_RANDOM.matcher(target.getName()).matches()))))
            .because("applications share it");

    @ArchTest
    static final ArchRule publicClassesOfTheLibraryAreClosed = classes()
            .that(ProductionCode.LIBRARY)
            .and()
            .arePublic()
            .and(not(describe("interfaces", JavaClass::isInterface)))
            .and(not(describe("enums", JavaClass::isEnum)))
            .should()
            .haveModifier(JavaModifier.FINAL)
            .because("a class that nobody planned to extend is extended nowhere; records are final already");

    @ArchTest
    static void everyPackageSaysThatNothingIsNull(JavaClasses production) {
        Set<String> unmarked = new TreeSet<>();
        for (JavaClass type : production) {
            JavaPackage home = type.getPackage();
            if (!type.getSimpleName().equals("package-info") && !home.isAnnotatedWith(NullMarked.class)) {
                unmarked.add(home.getName());
            }
        }
        Assertions.assertThat(production.stream().filter(ProductionCode.LIBRARY))
                .isNotEmpty();
        Assertions.assertThat(unmarked)
                .as("packages without a package-info annotated with @NullMarked")
                .isEmpty();
    }

    /** Backend says in its own words what is missing, so it alone loads ND4J while a class is initialised. */
    @ArchTest
    static final ArchRule noClassLoadsNd4jWhenItIsInitialised = noClasses()
            .that(not(describe("the holder in Backend", type -> type.getName().endsWith(".tensor.Backend$Holder"))))
            .should(accessTargetWhere(describe(
                    "is called by a static initialiser and belongs to the factory of ND4J",
                    access -> access.getOrigin().getName().equals(JavaStaticInitializer.STATIC_INITIALIZER_NAME)
                            && resideInAPackage("org.nd4j.linalg.factory..").test(access.getTargetOwner()))))
            .because("an application pays for ND4J only when it uses it");
}
