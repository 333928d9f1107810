package io.github.otnn.examples.fashion;

import io.github.otnn.core.data.DrawnDigits;
import io.github.otnn.core.data.LabelledData;
import io.github.otnn.core.tensor.Tensors;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Drawn digits in the files of Fashion-MNIST, so that its programs run without the data set. */
public final class DrawnFashion {
    private DrawnFashion() {}

    /** Writes the four files. */
    public static void write(Path folder, int trainPerClass, int testPerClass) throws IOException {
        Files.createDirectories(folder);
        write(
                DrawnDigits.sample(trainPerClass, 0.5, 1),
                folder.resolve("train-images-idx3-ubyte.gz"),
                folder.resolve("train-labels-idx1-ubyte.gz"));
        write(
                DrawnDigits.sample(testPerClass, 0.5, 2),
                folder.resolve("t10k-images-idx3-ubyte.gz"),
                folder.resolve("t10k-labels-idx1-ubyte.gz"));
    }

    private static void write(LabelledData data, Path images, Path labels) throws IOException {
        float[] pixels = Tensors.toFloats(data.features());
        int[] classes = data.classIndices();
        try (DataOutputStream stream = new DataOutputStream(new GZIPOutputStream(Files.newOutputStream(images)))) {
            for (int header : new int[] {0x803, classes.length, 28, 28}) {
                stream.writeInt(header);
            }
            for (float pixel : pixels) {
                stream.writeByte(Math.round(pixel * 255));
            }
        }
        try (DataOutputStream stream = new DataOutputStream(new GZIPOutputStream(Files.newOutputStream(labels)))) {
            stream.writeInt(0x801);
            stream.writeInt(classes.length);
            for (int label : classes) {
                stream.writeByte(label);
            }
        }
    }
}
