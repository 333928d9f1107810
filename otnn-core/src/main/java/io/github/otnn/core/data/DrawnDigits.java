package io.github.otnn.core.data;

import io.github.otnn.core.Shape;
import io.github.otnn.core.tensor.Tensors;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Digits 0 to 9 as a pen would write them, bright on dark, 28 x 28 pixels: a stand-in for MNIST that needs no file.
 *
 * <p>Each digit is a few smooth strokes through control points. Every image has its own size, aspect, turn, slant, place and
 * pen width, and control points moved at random. A pixel is 1 inside the stroke, 0 outside, and grades between over one pixel:
 *
 * <pre>value = clamp(pen radius + 1/2 - distance from the pixel's centre to the strokes, 0, 1)   (lengths in pixels)</pre>
 *
 * At variation 1: size and aspect +-12 % each, turn +-10 degrees, slant +-0.2, shift +-2 pixels, pen radius 0.8 to 1.6 pixels,
 * control points moved by a normal distance of 0.5 pixel on each axis. Easier than MNIST: results on it stand for nothing but
 * themselves. Stateless, thread-safe.
 */
public final class DrawnDigits {
    /** Height and width of an image, in pixels. */
    public static final int SIZE = 28;

    private static final int CLASSES = 10;
    private static final Shape IMAGE = Shape.of(SIZE, SIZE, 1);
    private static final double BOX_PIXELS = 22;
    private static final double PEN_RADIUS = 1.2;

    private DrawnDigits() {}

    /**
     * Draws digits in turn, 0 to 9 and again: every prefix of whole tens is balanced, and a larger sample of the same seed
     * begins with the smaller one.
     *
     * @param countPerClass images of each digit, at least 1
     * @param variation 0 (all images of a digit equal) to 1 (as above)
     * @return FLOAT features {@code [10 countPerClass, 28, 28, 1]} in [0, 1], labels {@code [10 countPerClass, 1]}, the digit;
     *     class names "0" to "9"
     */
    public static LabelledData sample(int countPerClass, double variation, long seed) {
        if (!(variation >= 0 && variation <= 1)) {
            throw new IllegalArgumentException("variation: expected 0 to 1, got " + variation);
        }
        int count = FeatureBlocks.requireCount(countPerClass, CLASSES);
        SplittableRandom random = new SplittableRandom(seed);
        INDArray features = FeatureBlocks.fill(count, IMAGE, (i, block, offset) -> {
            Pen pen = new Pen(block, offset, PEN_RADIUS + variation * between(random, 0.4));
            write(DigitStroke.DIGITS.get(i % CLASSES), pen, variation, random);
        });
        float[] digits = new float[count];
        for (int i = 0; i < count; i++) {
            digits[i] = i % CLASSES;
        }
        List<String> names =
                IntStream.range(0, CLASSES).mapToObj(Integer::toString).toList();
        return LabelledData.of(features, Tensors.of(digits, count, 1), names, DataType.FLOAT);
    }

    private static void write(List<DigitStroke> strokes, Pen pen, double variation, SplittableRandom random) {
        Hand hand = Hand.draw(variation, random);
        for (DigitStroke stroke : strokes) {
            double[][] points = new double[stroke.points().length][];
            for (int i = 0; i < points.length; i++) {
                points[i] = hand.place(stroke.points()[i], variation, random);
            }
            pen.follow(new DigitStroke(stroke.closed(), points).polyline());
        }
    }

    private static double between(SplittableRandom random, double limit) {
        return limit * (2 * random.nextDouble() - 1);
    }

    /** Map from the unit box to pixels, {@code x' = xx x + xy y + left}, and the like for y, seen from the box's centre. */
    private record Hand(double xx, double xy, double yx, double yy, double left, double top) {
        private static final double CENTRE = (SIZE - 1) / 2.0;

        static Hand draw(double variation, SplittableRandom random) {
            double size = BOX_PIXELS * (1 + variation * between(random, 0.12));
            double aspect = 1 + variation * between(random, 0.12);
            double turn = variation * between(random, Math.toRadians(10));
            double slant = variation * between(random, 0.2);
            double left = CENTRE + variation * between(random, 2);
            double top = CENTRE + variation * between(random, 2);
            double cos = size * StrictMath.cos(turn);
            double sin = size * StrictMath.sin(turn);
            return new Hand(cos * aspect, -sin - cos * slant, sin * aspect, cos - sin * slant, left, top);
        }

        double[] place(double[] point, double variation, SplittableRandom random) {
            double x = point[0] - 0.5;
            double y = point[1] - 0.5;
            return new double[] {
                left + xx * x + xy * y + variation * 0.5 * random.nextGaussian(),
                top + yx * x + yy * y + variation * 0.5 * random.nextGaussian()
            };
        }
    }

    /** Round pen that leaves ink on one image of a block. */
    private record Pen(float[] block, int offset, double radius) {
        Pen {
            Arrays.fill(block, offset, offset + SIZE * SIZE, 0);
        }

        void follow(double[][] polyline) {
            for (int i = 1; i < polyline.length; i++) {
                segment(polyline[i - 1][0], polyline[i - 1][1], polyline[i][0], polyline[i][1]);
            }
        }

        private void segment(double x0, double y0, double x1, double y1) {
            double reach = radius + 0.5;
            int left = Math.max(0, (int) Math.ceil(Math.min(x0, x1) - reach));
            int right = Math.min(SIZE - 1, (int) Math.floor(Math.max(x0, x1) + reach));
            int top = Math.max(0, (int) Math.ceil(Math.min(y0, y1) - reach));
            int bottom = Math.min(SIZE - 1, (int) Math.floor(Math.max(y0, y1) + reach));
            double alongX = x1 - x0;
            double alongY = y1 - y0;
            double squared = Math.max(alongX * alongX + alongY * alongY, Double.MIN_NORMAL);
            for (int y = top; y <= bottom; y++) {
                for (int x = left; x <= right; x++) {
                    double t = ((x - x0) * alongX + (y - y0) * alongY) / squared;
                    double near = Math.max(0, Math.min(1, t));
                    double distanceX = x - x0 - near * alongX;
                    double distanceY = y - y0 - near * alongY;
                    double distance = Math.sqrt(distanceX * distanceX + distanceY * distanceY);
                    float ink = (float) Math.max(0, Math.min(1, reach - distance));
                    int pixel = offset + y * SIZE + x;
                    block[pixel] = Math.max(block[pixel], ink);
                }
            }
        }
    }
}
