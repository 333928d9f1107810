package io.github.otnn.xai;

import java.util.SplittableRandom;

/**
 * Independent streams of random numbers that depend on a seed and two indices only: draw j of sample i is the same whatever
 * was drawn before, so that batches and threads cannot change results.
 */
public final class SeededStreams {
    private SeededStreams() {}

    /** Stream of draw {@code draw} for sample {@code sample}. */
    public static SplittableRandom of(long seed, long sample, long draw) {
        return new SplittableRandom(mix(mix(mix(seed) + sample) + draw));
    }

    /** David Stafford's variant 13 of the MurmurHash3 finaliser: each input bit moves half of the output bits. */
    private static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
