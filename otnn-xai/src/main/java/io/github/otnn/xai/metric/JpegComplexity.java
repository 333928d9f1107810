package io.github.otnn.xai.metric;

import io.github.otnn.xai.SeededStreams;
import io.github.otnn.xai.statistics.Correlation;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Complexity of a map as an eye sees it: the size of its picture as a grey baseline JPEG. Lower is simpler.
 *
 * <pre>
 * UNSIGNED   grey = 255 (|map| - min) / (max - min)
 * SIGNED     grey = 127 + 127 map / max |map|
 * </pre>
 *
 * In kilobytes of 1000 bytes, about a third of which are headers for an image of 28 x 28 pixels. {@link #sizes} therefore also gives
 * the bytes of the image data alone, and the ratio to the same values in random order: near 1, the map is as complex as noise and
 * the size says nothing. A constant map is an even grey, and is counted. Sizes depend on the encoder, that of the JDK; compare within
 * one.
 *
 * @param sign whether the sign of maps is seen
 * @param quality of the encoder, above 0 and at most 1
 * @param seed of the random order
 */
public record JpegComplexity(Sign sign, double quality, long seed) implements MapMetric {
    /** Which part of a map is seen. */
    public enum Sign {
        /** Its size. */
        UNSIGNED,
        /** Its size and sign, 0 in the middle. */
        SIGNED
    }

    /** Checks the settings. */
    public JpegComplexity {
        if (!(quality > 0 && quality <= 1)) {
            throw new IllegalArgumentException("JpegComplexity: quality must be above 0 and at most 1, got " + quality);
        }
    }

    /** Unsigned, quality 0.75. */
    public static JpegComplexity withDefaults() {
        return new JpegComplexity(Sign.UNSIGNED, 0.75, 0);
    }

    /**
     * Sizes in three ways, each with a result of its own.
     *
     * @param file size of the file, in kilobytes
     * @param data size without headers, in kilobytes
     * @param ofShuffled size without headers as a share of that of the same values in random order
     */
    public record Sizes(MetricResult file, MetricResult data, MetricResult ofShuffled) {
        /** A line for each. */
        public String describe() {
            return String.join(System.lineSeparator(), file.describe(), data.describe(), ofShuffled.describe());
        }
    }

    @Override
    public MetricResult evaluate(INDArray maps) {
        return sizes(maps).file();
    }

    /** The same with the sizes of the data alone; see {@link #evaluate}. */
    public Sizes sizes(INDArray maps) {
        GivenMaps given = GivenMaps.of(maps);
        GreyJpeg encoder = new GreyJpeg(given.grid(), (float) quality);
        double[] file = new double[given.samples()];
        double[] data = new double[file.length];
        double[] ratio = new double[file.length];
        for (int i = 0; i < file.length; i++) {
            byte[] grey = grey(given.of(i));
            GreyJpeg.Size size = encoder.size(grey);
            file[i] = size.file() / 1000.0;
            data[i] = size.data() / 1000.0;
            ratio[i] = (double) size.data() / encoder.size(shuffled(grey, i)).data();
        }
        int constant = given.constant();
        return new Sizes(
                result("JPEG complexity", "kB", file, constant),
                result("JPEG complexity without headers", "kB", data, constant),
                result("JPEG complexity relative to noise", "share of the shuffled map", ratio, constant));
    }

    private MetricResult result(String metric, String unit, double[] values, int constant) {
        MetricResult.Metadata about = new MetricResult.Metadata(metric, unit, Direction.LOWER, describe());
        return MetricResult.of(about, values, seed, 0, 0, 0, constant);
    }

    private byte[] grey(double[] map) {
        byte[] grey = new byte[map.length];
        double[] sizes = Arrays.stream(map).map(Math::abs).toArray();
        double high = Arrays.stream(sizes).max().orElseThrow();
        if (Correlation.isConstant(map)) {
            Arrays.fill(grey, (byte) (sign == Sign.SIGNED ? 127 : 0));
        } else if (sign == Sign.SIGNED) {
            for (int p = 0; p < map.length; p++) {
                grey[p] = (byte) Math.round(127 + 127 * map[p] / high);
            }
        } else {
            double low = Arrays.stream(sizes).min().orElseThrow();
            for (int p = 0; p < map.length; p++) {
                // sizes can be equal where signs differ
                grey[p] = (byte) (high == low ? 0 : Math.round(255 * (sizes[p] - low) / (high - low)));
            }
        }
        return grey;
    }

    private byte[] shuffled(byte[] grey, int sample) {
        SplittableRandom random = SeededStreams.of(seed, sample, 0);
        byte[] mixed = grey.clone();
        for (int p = mixed.length - 1; p > 0; p--) {
            int other = random.nextInt(p + 1);
            byte value = mixed[p];
            mixed[p] = mixed[other];
            mixed[other] = value;
        }
        return mixed;
    }

    @Override
    public String describe() {
        return "grey baseline JPEG, " + sign.name().toLowerCase(Locale.ROOT) + ", quality " + quality;
    }
}
