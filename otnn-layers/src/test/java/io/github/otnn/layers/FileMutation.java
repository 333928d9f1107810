package io.github.otnn.layers;

import io.github.otnn.core.testing.FileForge;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * An altered file.
 *
 * @param kind what was done
 * @param sealed whether all checksums were made right again: then the file says something else, and may be right in that
 * @param bytes of the file
 */
record FileMutation(Kind kind, boolean sealed, byte[] bytes) {
    enum Kind {
        BITS,
        TRUNCATED,
        GROWN,
        CUT,
        SWAPPED,
        FILLED,
        INFLATED,
        DEFLATED,
        BOMB,
        NUMBER,
        WORD,
        LINE,
        VALUES,
        ENTRIES
    }

    private static final Pattern NUMBER = Pattern.compile("(?<=[\\[ ])-?[0-9][0-9.e-]*(?=[,\\]\n])");
    private static final Pattern WORD = Pattern.compile("\"[A-Za-z0-9_/.]+\"");
    private static final List<String> NUMBERS = List.of(
            "0",
            "-1",
            "1",
            "2",
            "3",
            "4",
            "0.5",
            "-0.0",
            "1e308",
            "-1e308",
            "1e-300",
            "2147483647",
            "-2147483648",
            "4294967296",
            "9223372036854775807",
            "99999999999999999999",
            "\"NaN\"",
            "\"Infinity\"",
            "[]",
            "{}",
            "true",
            "null",
            "1000",
            "1000000");

    /** A random alteration of an honest file, the same for equal seeds. */
    static FileMutation of(byte[] honest, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
        return switch (kind) {
            case NUMBER, WORD, LINE, VALUES, ENTRIES -> new FileMutation(kind, true, sealed(kind, honest, random));
            case DEFLATED -> new FileMutation(kind, false, new FileForge(honest).compressed(0));
            case BOMB -> new FileMutation(kind, false, new FileForge(honest).compressed(random.nextInt(1 << 16)));
            default -> new FileMutation(kind, false, raw(kind, honest, random));
        };
    }

    private static byte[] raw(Kind kind, byte[] honest, SplittableRandom random) {
        byte[] bytes = honest.clone();
        int at = random.nextInt(bytes.length);
        int length = Math.min(1 + random.nextInt(200), bytes.length - at);
        switch (kind) {
            case BITS -> {
                for (int i = random.nextInt(8); i >= 0; i--) {
                    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                }
            }
            case TRUNCATED -> bytes = Arrays.copyOf(bytes, at);
            case GROWN -> {
                bytes = Arrays.copyOf(bytes, bytes.length + length);
                System.arraycopy(honest, at, bytes, at + length, honest.length - at);
            }
            case CUT -> {
                System.arraycopy(honest, at + length, bytes, at, honest.length - at - length);
                bytes = Arrays.copyOf(bytes, bytes.length - length);
            }
            case SWAPPED -> {
                int other = random.nextInt(bytes.length - length + 1);
                System.arraycopy(honest, at, bytes, other, length);
                System.arraycopy(honest, other, bytes, at, length);
            }
            case FILLED -> Arrays.fill(bytes, at, at + length, (byte) random.nextInt(256));
            default -> {
                // a size or position in one of the headers becomes huge
                List<Integer> headers = new ArrayList<>();
                for (int i = 0; i + 4 < bytes.length; i++) {
                    if (bytes[i] == 'P' && bytes[i + 1] == 'K') {
                        headers.add(i);
                    }
                }
                int field = headers.get(random.nextInt(headers.size())) + 4 + random.nextInt(38);
                for (int i = field; i < Math.min(field + 4, bytes.length); i++) {
                    bytes[i] = (byte) (i == field + 3 ? 0x7F : 0xFF);
                }
            }
        }
        return bytes;
    }

    private static byte[] sealed(Kind kind, byte[] honest, SplittableRandom random) {
        FileForge forge = new FileForge(honest);
        List<String> names = new ArrayList<>(forge.arrays().keySet());
        String name = names.get(random.nextInt(names.size()));
        byte[] content = forge.arrays().get(name);
        switch (kind) {
            case NUMBER ->
                forge.describe(
                        replaceOne(forge.description(), NUMBER, NUMBERS.get(random.nextInt(NUMBERS.size())), random));
            case WORD -> {
                List<String> words = matches(forge.description(), WORD);
                forge.describe(replaceOne(forge.description(), WORD, words.get(random.nextInt(words.size())), random));
            }
            case LINE -> {
                List<String> lines = new ArrayList<>(forge.description().lines().toList());
                int line = random.nextInt(lines.size());
                String text = lines.get(line);
                if (random.nextBoolean()) {
                    lines.remove(line);
                } else {
                    lines.add(random.nextInt(lines.size()), text);
                }
                forge.describe(String.join("\n", lines));
            }
            case VALUES -> {
                byte[] other = content.clone();
                other[random.nextInt(other.length)] ^= (byte) (1 << random.nextInt(8));
                forge.arrays().put(name, other);
                forge.digest(honest);
            }
            default -> {
                byte[] other = forge.arrays().get(names.get(random.nextInt(names.size())));
                switch (random.nextInt(3)) {
                    case 0 -> forge.arrays().put(name, other);
                    case 1 -> forge.arrays().remove(name);
                    default -> forge.arrays().put("weights/another/one.npy", other);
                }
                forge.digest(honest);
            }
        }
        return forge.seal();
    }

    private static List<String> matches(String text, Pattern pattern) {
        return pattern.matcher(text).results().map(MatchResult::group).toList();
    }

    private static String replaceOne(String text, Pattern pattern, String replacement, SplittableRandom random) {
        List<MatchResult> found = pattern.matcher(text).results().toList();
        MatchResult one = found.get(random.nextInt(found.size()));
        return text.substring(0, one.start()) + replacement + text.substring(one.end());
    }
}
