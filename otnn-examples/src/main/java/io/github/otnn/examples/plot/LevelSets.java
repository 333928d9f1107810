package io.github.otnn.examples.plot;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Lines on which a function of the plane has a given value, from its values on a regular grid, by marching squares: each cell
 * contributes the pieces between the crossings of its edges, with linear interpolation.
 *
 * <p>Source: Lorensen, Cline 1987, "Marching cubes", in two dimensions; a saddle is cut by the value at its centre.
 */
public final class LevelSets {
    private final double[][] values;
    private final double low;
    private final double step;

    /**
     * Takes the values of a square grid.
     *
     * @param values {@code [row][column]}, at {@code (low + column step, low + row step)}
     * @param low first coordinate on both axes
     * @param step distance of grid points
     */
    public LevelSets(double[][] values, double low, double step) {
        this.values = values;
        this.low = low;
        this.step = step;
    }

    /** Piece of a line. */
    public record Segment(double x1, double y1, double x2, double y2) {}

    /** Pieces of the line on which the function has this value. */
    public List<Segment> at(double level) {
        List<Segment> segments = new ArrayList<>();
        for (int row = 0; row + 1 < values.length; row++) {
            for (int column = 0; column + 1 < values[row].length; column++) {
                addCell(row, column, level, segments);
            }
        }
        return segments;
    }

    /** Joins pieces that share an end into chains of points. */
    public static List<List<double[]>> chains(List<Segment> segments) {
        Map<List<Long>, Deque<double[]>> byEnd = new HashMap<>();
        Set<Deque<double[]>> chains = new LinkedHashSet<>();
        for (Segment segment : segments) {
            double[] from = {segment.x1(), segment.y1()};
            double[] to = {segment.x2(), segment.y2()};
            Deque<double[]> first = byEnd.remove(key(from));
            Deque<double[]> second = byEnd.remove(key(to));
            if (first == null && second == null) {
                first = new ArrayDeque<>(List.of(from, to));
                chains.add(first);
            } else if (first != null && second != null && first != second) {
                chains.remove(second);
                join(first, from, second, to);
            } else if (first != null) {
                extend(first, from, to);
            } else {
                extend(second, to, from);
                first = second;
            }
            byEnd.put(key(first.peekFirst()), first);
            byEnd.put(key(first.peekLast()), first);
        }
        List<List<double[]>> lists = new ArrayList<>();
        chains.forEach(chain -> lists.add(new ArrayList<>(chain)));
        return lists;
    }

    private static void extend(Deque<double[]> chain, double[] end, double[] next) {
        if (key(chain.peekLast()).equals(key(end))) {
            chain.addLast(next);
        } else {
            chain.addFirst(next);
        }
    }

    /** Appends the second chain to that end of the first which the new piece touches. */
    private static void join(Deque<double[]> first, double[] firstEnd, Deque<double[]> second, double[] secondEnd) {
        boolean fromStart = key(second.peekFirst()).equals(key(secondEnd));
        Iterator<double[]> points = fromStart ? second.iterator() : second.descendingIterator();
        boolean atLast = key(first.peekLast()).equals(key(firstEnd));
        while (points.hasNext()) {
            if (atLast) {
                first.addLast(points.next());
            } else {
                first.addFirst(points.next());
            }
        }
    }

    /** Neighbouring cells compute the same crossing with other roundings. */
    private static List<Long> key(double[] point) {
        return List.of(Math.round(point[0] * 1e9), Math.round(point[1] * 1e9));
    }

    private void addCell(int row, int column, double level, List<Segment> segments) {
        // corners in order around the cell; edge i goes from corner i to the next
        double[] corner = {
            values[row][column] - level,
            values[row][column + 1] - level,
            values[row + 1][column + 1] - level,
            values[row + 1][column] - level
        };
        double[][] place = {{column, row}, {column + 1, row}, {column + 1, row + 1}, {column, row + 1}};
        List<double[]> crossings = new ArrayList<>(4);
        for (int i = 0; i < 4; i++) {
            double from = corner[i];
            double to = corner[(i + 1) % 4];
            if (from < 0 != to < 0) {
                double share = from / (from - to);
                double[] a = place[i];
                double[] b = place[(i + 1) % 4];
                crossings.add(new double[] {a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])});
            }
        }
        if (crossings.size() == 2) {
            segments.add(segment(crossings.get(0), crossings.get(1)));
        } else if (crossings.size() == 4) {
            double centre = (corner[0] + corner[1] + corner[2] + corner[3]) / 4;
            int shift = centre < 0 == corner[0] < 0 ? 0 : 3;
            segments.add(segment(crossings.get(shift), crossings.get((shift + 1) % 4)));
            segments.add(segment(crossings.get((shift + 2) % 4), crossings.get((shift + 3) % 4)));
        }
    }

    private Segment segment(double[] from, double[] to) {
        return new Segment(low + from[0] * step, low + from[1] * step, low + to[0] * step, low + to[1] * step);
    }
}
