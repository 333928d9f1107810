package io.github.otnn.layers;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.github.otnn.core.onnx.OnnxExport;
import io.github.otnn.core.onnx.OnnxSettings;
import io.github.otnn.core.tensor.Tensors;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.Map;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** An exported network in ONNX Runtime. */
final class OnnxRun implements AutoCloseable {
    private final OnnxSettings.Layout layout;
    private final OrtSession session;

    OnnxRun(OnnxExport export, OnnxSettings settings) {
        this.layout = settings.layout();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            session = OrtEnvironment.getEnvironment().createSession(export.toBytes(), options);
        } catch (OrtException failure) {
            throw new AssertionError(failure);
        }
    }

    /** Output of a batch; both channels last. */
    INDArray predict(INDArray input) {
        try (OnnxTensor tensor = tensor(Tensors.dense(toLayout(input)));
                OrtSession.Result result = session.run(Map.of("input", tensor))) {
            OnnxTensor output = (OnnxTensor) result.get("output").orElseThrow();
            return fromLayout(array(output));
        } catch (OrtException failure) {
            throw new AssertionError(failure);
        }
    }

    Map<String, String> metadata() {
        try {
            return session.getMetadata().getCustomMetadata();
        } catch (OrtException failure) {
            throw new AssertionError(failure);
        }
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException failure) {
            throw new AssertionError(failure);
        }
    }

    private static OnnxTensor tensor(INDArray input) throws OrtException {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        return input.dataType() == DataType.DOUBLE
                ? OnnxTensor.createTensor(environment, DoubleBuffer.wrap(Tensors.toDoubles(input)), input.shape())
                : OnnxTensor.createTensor(environment, FloatBuffer.wrap(Tensors.toFloats(input)), input.shape());
    }

    private static INDArray array(OnnxTensor output) {
        long[] shape = output.getInfo().getShape();
        FloatBuffer floats = output.getFloatBuffer();
        if (floats != null) {
            float[] values = new float[floats.remaining()];
            floats.get(values);
            return Tensors.of(values, shape);
        }
        DoubleBuffer doubles = output.getDoubleBuffer();
        double[] values = new double[doubles.remaining()];
        doubles.get(values);
        return Tensors.of(DataType.DOUBLE, values, shape);
    }

    private INDArray toLayout(INDArray array) {
        return layout == OnnxSettings.Layout.CHANNELS_LAST ? array : moved(array, array.rank() - 1, 1);
    }

    private INDArray fromLayout(INDArray array) {
        return layout == OnnxSettings.Layout.CHANNELS_LAST ? array : moved(array, 1, array.rank() - 1);
    }

    private static INDArray moved(INDArray array, int from, int to) {
        java.util.List<Integer> axes = new java.util.ArrayList<>();
        for (int axis = 0; axis < array.rank(); axis++) {
            axes.add(axis);
        }
        axes.add(to, axes.remove(from));
        return array.permute(axes.stream().mapToInt(Integer::intValue).toArray())
                .dup('c');
    }
}
