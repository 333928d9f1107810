package io.github.otnn.core.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class BackendTest {
    @Test
    void describesTheLoadedBackend() {
        assertThat(Backend.describe()).isNotEmpty();
    }

    @Test
    void saysWhatToAddWhenThereIsNoBackend() throws Exception {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("nd4j-native"))
                .collect(Collectors.joining(File.pathSeparator));
        Process process = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java", "-cp", classPath, WithoutBackend.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        assertThat(output)
                .contains("no usable ND4J backend on the class path")
                .contains("<classifier>linux-x86_64-onednn-avx2</classifier>")
                .contains("second call: no usable ND4J backend");
    }

    /** Run in a JVM of its own. */
    static final class WithoutBackend {
        private WithoutBackend() {}

        public static void main(String[] arguments) {
            try {
                Backend.check();
            } catch (IllegalStateException expected) {
                System.out.println(expected.getMessage());
            }
            try {
                Backend.check();
            } catch (IllegalStateException expected) {
                System.out.println("second call: " + expected.getMessage());
            }
        }
    }
}
