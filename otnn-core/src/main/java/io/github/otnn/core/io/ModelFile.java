package io.github.otnn.core.io;

import io.github.otnn.core.network.Architecture;
import io.github.otnn.core.network.CondensedNetwork;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A condensed network with its description and Lipschitz audit, as a file or bytes.
 *
 * <pre>{@code
 * ModelFile.of(network.condense(), ModelDescription.none()).write(path, LayerCatalog.standard());
 * CondensedNetwork network = ModelFile.read(path, LayerCatalog.standard()).network();
 * }</pre>
 *
 * A file is a zip of {@code otnn.json} and arrays in numpy's format. Two writes of equal models give equal bytes; a network that was
 * read computes the same bits as the one that was written. Files may come from anybody: every size is checked before memory is
 * taken for it, every byte is covered by a digest, nothing in a file names a class or a path, and the bounds are proven again.
 * Immutable, thread-safe.
 *
 * @param network the network
 * @param description what else is said of it
 * @param audit its bounds
 * @param library version of otnn that first wrote it
 */
public record ModelFile(CondensedNetwork network, ModelDescription description, StoredAudit audit, String library) {
    /** Audits a network; takes seconds for large convolutions. */
    public static ModelFile of(CondensedNetwork network, ModelDescription description) {
        return new ModelFile(network, description, StoredAudit.of(network), OtnnFile.library());
    }

    /**
     * Writes a file, whole or not at all: a process that is killed meanwhile leaves the file that was there before.
     *
     * @param file replaced if it is there; folders are created
     * @param catalog the layers and parametrizations of the network
     * @throws IOException if it cannot be written
     * @throws IllegalArgumentException if a layer is not in the catalog, or the file would be beyond the limits of the format
     */
    public void write(Path file, RecordCatalog catalog) throws IOException {
        OtnnFile.write(file, json(catalog), arrays());
    }

    /** The same as bytes. */
    public byte[] toBytes(RecordCatalog catalog) {
        return OtnnFile.toBytes(json(catalog), arrays());
    }

    /**
     * Reads a file and {@link Verification#VERIFY verifies} it.
     *
     * @param catalog the layers that it may name
     * @throws ModelFormatException if it is damaged, altered or of another kind, or its weights are not those that were audited
     * @throws IOException if it cannot be read
     */
    public static ModelFile read(Path file, RecordCatalog catalog) throws IOException {
        return read(file, catalog, Verification.VERIFY);
    }

    /** Reads a file. */
    public static ModelFile read(Path file, RecordCatalog catalog, Verification verification) throws IOException {
        return OtnnFile.read(file, reader -> read(reader, catalog, verification));
    }

    /**
     * Reads bytes.
     *
     * @param bytes of {@link #toBytes}. Not modified.
     * @throws ModelFormatException as for files
     */
    public static ModelFile fromBytes(byte[] bytes, RecordCatalog catalog, Verification verification)
            throws ModelFormatException {
        try {
            return OtnnFile.read("model", ByteSource.of(bytes), reader -> read(reader, catalog, verification));
        } catch (ModelFormatException refused) {
            throw refused;
        } catch (IOException cause) {
            throw new ModelFormatException("model: " + cause.getMessage(), cause);
        }
    }

    private static ModelFile read(ArchiveReader reader, RecordCatalog catalog, Verification verification)
            throws IOException {
        Fields fields = reader.description();
        String library = OtnnFile.readStart(fields, OtnnFile.MODEL);
        DataType type = ArrayInfo.typeFrom(fields);
        Architecture architecture = NetworkJson.read(fields.object("architecture"), catalog);
        ModelDescription description = DescriptionJson.read(fields);
        StoredAudit stored = DescriptionJson.readAudit(fields.object("audit"));
        fields.any("arrays");
        fields.requireNoOthers();
        requireArrays(architecture, type, reader.arrays());
        Map<String, INDArray> weights = reader.readArrays();
        CondensedNetwork network;
        try {
            network = CondensedNetwork.of(architecture, type, weights);
        } finally {
            weights.values().forEach(INDArray::close);
        }
        if (verification == Verification.TRUST) {
            return new ModelFile(network, description, stored, library);
        }
        StoredAudit proven = StoredAudit.of(network);
        if (verification == Verification.VERIFY) {
            stored.requireProven(proven);
        }
        return new ModelFile(network, description, proven, library);
    }

    /** The arrays must be just those that the layers ask for, before any of them is read. */
    private static void requireArrays(Architecture architecture, DataType type, List<ArrayInfo> arrays)
            throws ModelFormatException {
        List<ArrayInfo> expected = new ArrayList<>();
        CondensedNetwork.shapes(architecture, (name, shape) -> {
            List<Long> sizes = new ArrayList<>();
            for (long size : shape.sizes()) {
                sizes.add(size);
            }
            expected.add(new ArrayInfo(name, type, sizes, ""));
        });
        for (int i = 0; i < Math.max(expected.size(), arrays.size()); i++) {
            String want = i < expected.size() ? describe(expected.get(i)) : "no more";
            String got = i < arrays.size() ? describe(arrays.get(i)) : "none";
            if (!want.equals(got)) {
                throw new ModelFormatException(
                        "arrays[" + i + "]: the layers ask for " + want + ", the file has " + got);
            }
        }
    }

    private static String describe(ArrayInfo info) {
        return "'" + info.name() + "' " + info.type() + " " + info.shape();
    }

    private Map<String, Object> json(RecordCatalog catalog) {
        Map<String, Object> json = OtnnFile.start(OtnnFile.MODEL, library);
        json.put("type", network.type().name());
        json.put("architecture", NetworkJson.write(network.architecture(), catalog));
        DescriptionJson.write(description, json);
        json.put("audit", DescriptionJson.write(audit));
        return json;
    }

    private List<NamedArray> arrays() {
        return network.weightNames().stream()
                .map(name -> new NamedArray(name, network.weight(name)))
                .toList();
    }
}
