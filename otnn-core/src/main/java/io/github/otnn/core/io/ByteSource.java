package io.github.otnn.core.io;

import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;

/** Bytes of known length, read from any place. */
interface ByteSource extends Closeable {
    long length() throws IOException;

    /** Reads bytes that are known to be there. */
    void read(long position, byte[] into, int from, int length) throws IOException;

    @Override
    default void close() throws IOException {}

    static ByteSource of(byte[] bytes) {
        return new ByteSource() {
            @Override
            public long length() {
                return bytes.length;
            }

            @Override
            public void read(long position, byte[] into, int from, int length) {
                System.arraycopy(bytes, Math.toIntExact(position), into, from, length);
            }
        };
    }

    /** A file. An interrupt of the thread does not close it, unlike a channel. */
    static ByteSource of(Path path) throws IOException {
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "r");
        return new ByteSource() {
            @Override
            public long length() throws IOException {
                return file.length();
            }

            @Override
            public void read(long position, byte[] into, int from, int length) throws IOException {
                file.seek(position);
                file.readFully(into, from, length);
            }

            @Override
            public void close() throws IOException {
                file.close();
            }
        };
    }
}
