package io.github.otnn.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;

/** Classes of the modules themselves, without tests, the test support that core shares, and what JMH writes around benchmarks. */
final class ProductionCode implements ImportOption {
    /** Classes of the modules that applications depend on. */
    static final DescribedPredicate<JavaClass> LIBRARY = JavaClass.Predicates.resideInAnyPackage(
                    "io.github.otnn.core..", "io.github.otnn.layers..", "io.github.otnn.loss..", "io.github.otnn.xai..")
            .as("classes of the library modules");

    @Override
    public boolean includes(Location location) {
        return !location.contains("/test-classes/")
                && !location.contains("-tests.jar")
                && !location.contains("/jmh_generated/");
    }
}
