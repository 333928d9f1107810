package io.github.otnn.core.tensor;

import org.nd4j.linalg.factory.Nd4j;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Loads ND4J's backend on first use and says what to do when it is missing or slow. */
public final class Backend {
    private static final Logger LOG = LoggerFactory.getLogger(Backend.class);

    private static final String WHAT_TO_ADD = """
            Add a backend with oneDNN to the application (classifier for your platform, at most one of them):
              <dependency>
                <groupId>org.nd4j</groupId><artifactId>nd4j-native</artifactId><version>1.0.0-M2.1</version>
                <exclusions><exclusion><groupId>org.nd4j</groupId><artifactId>nd4j-native</artifactId></exclusion></exclusions>
              </dependency>
              <dependency>
                <groupId>org.nd4j</groupId><artifactId>nd4j-native</artifactId><version>1.0.0-M2.1</version>
                <classifier>linux-x86_64-onednn-avx2</classifier>
              </dependency>
              <dependency>
                <groupId>org.bytedeco</groupId><artifactId>openblas</artifactId><version>0.3.19-1.5.7</version>
                <classifier>linux-x86_64</classifier>
              </dependency>
              <dependency>
                <groupId>org.bytedeco</groupId><artifactId>javacpp</artifactId><version>1.5.7</version>
                <classifier>linux-x86_64</classifier>
              </dependency>""";

    private Backend() {}

    /**
     * Makes sure that a backend is loaded. The first call loads it, which takes about half a second.
     *
     * @throws IllegalStateException if there is none on the class path, with the lines to add to the build
     */
    public static void check() {
        Holder.check();
    }

    /** What the loaded backend was built with, such as {@code HAVE_ONEDNN}. */
    public static String describe() {
        check();
        return Holder.buildInfo;
    }

    /** Runs the check once, and only when asked: loading this class touches nothing. */
    private static final class Holder {
        private static final String buildInfo;
        private static final IllegalStateException failure;

        static {
            String info = "";
            IllegalStateException missing = null;
            try {
                Nd4j.getExecutioner();
                info = Nd4j.getBackend().buildInfo();
                warnIfSlow(info);
            } catch (LinkageError | RuntimeException cause) {
                missing = new IllegalStateException(
                        "no usable ND4J backend on the class path (" + cause + "). " + WHAT_TO_ADD, cause);
            }
            buildInfo = info == null ? "" : info;
            failure = missing;
        }

        private static void check() {
            if (failure != null) {
                throw new IllegalStateException(failure.getMessage(), failure);
            }
        }

        private static void warnIfSlow(String info) {
            if (info != null && !info.contains("ONEDNN") && !info.contains("CUDA")) {
                LOG.warn(
                        "The ND4J backend on the class path has no oneDNN: convolutions run 10 to 25 times slower. {}",
                        WHAT_TO_ADD);
            }
        }
    }
}
