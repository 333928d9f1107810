package io.github.otnn.layers.pytorch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Finds the array of the file for each of ours. */
final class Matching {
    private static final Pattern NUMBER = Pattern.compile("[0-9]+");
    private static final int LISTED = 20;

    private Matching() {}

    /** Names of arrays by slot; an optional one may name an array that is not there. */
    static Map<Slot, String> of(Collection<TorchModule> modules, Set<String> given, Map<String, String> names) {
        Map<String, String> theirModules = names.isEmpty() ? inOrder(modules, given) : names;
        Map<Slot, String> chosen = new LinkedHashMap<>();
        Set<String> unused = new LinkedHashSet<>(names.keySet());
        for (TorchModule module : modules) {
            unused.remove(module.path());
            for (Slot slot : module.slots()) {
                unused.remove(slot.name());
                String source = source(slot, theirModules);
                boolean asked = names.containsKey(slot.name());
                if (!given.contains(source) && (asked || !slot.optional())) {
                    throw new IllegalArgumentException(
                            "array '" + source + "' for '" + slot.name() + "' is missing; there are " + list(given));
                }
                if (chosen.containsValue(source) && given.contains(source)) {
                    throw new IllegalArgumentException(
                            "array '" + source + "' for '" + slot.name() + "' is the source of another one already");
                }
                chosen.put(slot, source);
            }
        }
        if (!unused.isEmpty()) {
            throw new IllegalArgumentException("names: " + list(unused) + " are no layers with weights; expected "
                    + list(paths(modules)) + ", or layer/parameter");
        }
        return chosen;
    }

    private static String source(Slot slot, Map<String, String> names) {
        String exact = names.get(slot.name());
        if (exact != null) {
            return exact;
        }
        String module = names.get(slot.module());
        if (module == null) {
            throw new IllegalArgumentException("names: expected one for each layer with weights, got none for '"
                    + slot.module() + "'; names are given for " + list(names.keySet()));
        }
        return module.isEmpty() ? slot.theirs() : module + "." + slot.theirs();
    }

    private static Map<String, String> inOrder(Collection<TorchModule> modules, Set<String> given) {
        List<String> theirs = new ArrayList<>(given.stream()
                .map(name -> name.substring(0, Math.max(0, name.lastIndexOf('.'))))
                .collect(Collectors.toCollection(LinkedHashSet::new)));
        if (theirs.stream().map(Matching::withoutNumbers).distinct().count() > 1) {
            throw new IllegalArgumentException("the names of the modules " + list(theirs)
                    + " do not tell their order; expected numbers, as in torch.nn.Sequential, or a map from our layers "
                    + list(paths(modules)) + " to them");
        }
        if (theirs.size() != modules.size()) {
            throw new IllegalArgumentException("expected a module for each of the " + modules.size()
                    + " layers with weights " + list(paths(modules)) + ", got " + theirs.size() + ": " + list(theirs));
        }
        theirs.sort(Comparator.comparing(Matching::sortKey));
        Map<String, String> matched = new LinkedHashMap<>();
        int next = 0;
        for (TorchModule module : modules) {
            matched.put(module.path(), theirs.get(next++));
        }
        return matched;
    }

    private static String withoutNumbers(String name) {
        return NUMBER.matcher(name).replaceAll("#");
    }

    /** Texts of equal form sort as their numbers do: each number begins with its count of digits. */
    private static String sortKey(String name) {
        return NUMBER.matcher(name).replaceAll(number -> {
            String digits = number.group().replaceFirst("^0+(?=.)", "");
            return String.format("%08d", digits.length()) + digits;
        });
    }

    private static List<String> paths(Collection<TorchModule> modules) {
        return modules.stream().map(TorchModule::path).toList();
    }

    /** Some names, for a message. */
    static String list(Collection<String> names) {
        List<String> shown = names.stream()
                .limit(LISTED)
                .map(name -> name.length() > 60 ? name.substring(0, 60) + "..." : name)
                .toList();
        return names.size() > LISTED
                ? shown.toString().replaceFirst("]$", ", ... " + (names.size() - LISTED) + " more]")
                : shown.toString();
    }
}
