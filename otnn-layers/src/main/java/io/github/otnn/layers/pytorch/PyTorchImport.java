package io.github.otnn.layers.pytorch;

import io.github.otnn.core.certify.LipschitzAudit;
import io.github.otnn.core.io.WeightFile;
import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.CondensedNetwork;
import io.github.otnn.core.tensor.Tensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A network whose weights come from a PyTorch {@code state_dict}, with the bounds that those weights really have.
 *
 * <pre>{@code
 * PyTorchImport imported = PyTorchImport.read(Path.of("net.safetensors"), architecture);
 * imported.audit().logitBound();       // proven here, whatever was promised there
 * INDArray logits = imported.network().predict(PyTorchImport.channelsLast(batch));
 * }</pre>
 *
 * <ul>
 *   <li>Layouts are converted: {@code Linear.weight [out, in]}, {@code Conv2d.weight [out, in, h, w]}, {@code Conv1d.weight [out, in, k]}
 *       and {@code ConvTranspose2d.weight [in, out, h, w]} to those of this library; the inputs of a dense layer behind
 *       {@code Flatten} from PyTorch's order channel, row, column to ours.
 *   <li>Layers and modules are matched in order, where the names of all modules differ by numbers only, as in {@code
 *       torch.nn.Sequential}: {@code 0.weight, 0.bias, 3.weight}. Other names need a map.
 *   <li>A module without {@code bias} has none: zeros. {@code num_batches_tracked} is left aside. Every other array must be used.
 *   <li>The type is DOUBLE where an array is float64, else FLOAT.
 * </ul>
 *
 * What a file cannot tell, such as strides, paddings, the epsilon of a batch normalisation (1e-5 here and there) or an activation, is
 * as the architecture says: compare logits once.
 *
 * @param network the network
 * @param audit its proven bounds
 * @param sources name within the file for each of our {@code layer/parameter}, or "zeros"
 */
public record PyTorchImport(CondensedNetwork network, LipschitzAudit audit, Map<String, String> sources) {
    static final String ZEROS = "zeros";
    private static final String COUNTER = "num_batches_tracked";

    /** Copies the map. */
    public PyTorchImport {
        sources = Collections.unmodifiableMap(new LinkedHashMap<>(sources));
    }

    /** {@link #read(Path, Architecture, Map)} of a file whose modules are matched in order. */
    public static PyTorchImport read(Path file, Architecture architecture) throws IOException {
        return read(file, architecture, Map.of());
    }

    /**
     * Reads a safetensors or npz file.
     *
     * @param names module of the file for each of our layers with weights ({@code "conv1" -> "features.0"}), or array for a {@code
     *     layer/parameter} ({@code "conv1/kernel" -> "features.0.weight"}); empty to match in order
     * @throws io.github.otnn.core.io.ModelFormatException if the file is damaged
     * @throws IOException if it cannot be read
     * @throws IllegalArgumentException as for {@link #of(Architecture, Map, Map)}, naming the file
     */
    public static PyTorchImport read(Path file, Architecture architecture, Map<String, String> names)
            throws IOException {
        try (WeightFile weights = WeightFile.read(file, name -> !isCounter(name))) {
            return of(architecture, weights.arrays(), names);
        } catch (IllegalArgumentException refused) {
            throw new IllegalArgumentException(file + ": " + refused.getMessage(), refused);
        }
    }

    /** {@link #of(Architecture, Map, Map)} with modules matched in order. */
    public static PyTorchImport of(Architecture architecture, Map<String, INDArray> arrays) {
        return of(architecture, arrays, Map.of());
    }

    /**
     * Takes over arrays, and audits the network: seconds for large convolutions.
     *
     * @param arrays by the names of the {@code state_dict}. Not modified.
     * @param names as for {@link #read(Path, Architecture, Map)}
     * @throws IllegalArgumentException if arrays are missing, of another shape, not finite or left over, if the order of the modules
     *     is not known, or a layer comes in another order of values here than there
     */
    public static PyTorchImport of(Architecture architecture, Map<String, INDArray> arrays, Map<String, String> names) {
        Map<String, INDArray> given = new LinkedHashMap<>(arrays);
        given.keySet().removeIf(PyTorchImport::isCounter);
        DataType type = given.values().stream().anyMatch(array -> array.dataType() == DataType.DOUBLE)
                ? DataType.DOUBLE
                : DataType.FLOAT;
        Collection<TorchModule> modules = TorchModule.allOf(architecture);
        Map<Slot, String> chosen = Matching.of(modules, given.keySet(), names);
        Map<String, String> sources = new LinkedHashMap<>();
        Map<String, INDArray> weights = new HashMap<>();
        try {
            chosen.forEach((slot, source) -> {
                Optional<INDArray> array = Optional.ofNullable(given.get(source));
                sources.put(slot.name(), array.isPresent() ? source : ZEROS);
                weights.put(
                        slot.name(),
                        array.isPresent()
                                ? slot.converted(source, array.get())
                                : Tensors.zeros(type, slot.shape().sizes()));
            });
            requireAllUsed(given.keySet(), chosen.values());
            CondensedNetwork network = CondensedNetwork.of(architecture, type, weights);
            return new PyTorchImport(network, LipschitzAudit.of(network), sources);
        } finally {
            weights.values().forEach(INDArray::close);
        }
    }

    private static void requireAllUsed(Set<String> given, Collection<String> used) {
        Set<String> left = new TreeSet<>(given);
        left.removeAll(used);
        if (!left.isEmpty()) {
            throw new IllegalArgumentException(
                    "arrays " + Matching.list(left) + " belong to no layer; expected only " + Matching.list(used));
        }
    }

    /**
     * A batch as PyTorch has it, {@code [batch, channels, ...]}, in our order {@code [batch, ..., channels]}.
     *
     * @param batch of images, series or vectors. Not modified.
     * @return a copy
     */
    public static INDArray channelsLast(INDArray batch) {
        int[] axes = new int[batch.rank()];
        for (int i = 1; i < axes.length; i++) {
            axes[i] = i + 1 < axes.length ? i + 1 : 1;
        }
        return batch.permute(axes).dup('c');
    }

    private static boolean isCounter(String name) {
        return name.equals(COUNTER) || name.endsWith("." + COUNTER);
    }
}
