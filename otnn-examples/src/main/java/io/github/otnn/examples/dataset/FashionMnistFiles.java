package io.github.otnn.examples.dataset;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The four files of Fashion-MNIST in their original form, gzip'd IDX: 60,000 training and 10,000 test images of 28 x 28 grey
 * pixels in 10 classes. Files that the user gives are taken as they are; downloaded ones are checked.
 *
 * @param trainImages pixels of the training images
 * @param trainLabels their classes
 * @param testImages pixels of the test images
 * @param testLabels their classes
 * @see <a href="https://arxiv.org/abs/1708.07747">Xiao, Rasul, Vollgraf 2017</a>
 */
public record FashionMnistFiles(Path trainImages, Path trainLabels, Path testImages, Path testLabels) {
    /** Folder of the files, inside the data folder and the cache. */
    static final String SET = "fashion-mnist";

    /** The authors' own server; it speaks no HTTPS, so the hashes below are what protects the files. */
    private static final URI HOME = URI.create("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/");

    /** In the order of the components. Computed from files whose MD5 is the one that the authors publish. */
    static final List<RemoteFile> FILES = List.of(
            file(
                    "train-images-idx3-ubyte.gz",
                    26_421_880,
                    "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"),
            file(
                    "train-labels-idx1-ubyte.gz",
                    29_515,
                    "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"),
            file(
                    "t10k-images-idx3-ubyte.gz",
                    4_422_102,
                    "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"),
            file(
                    "t10k-labels-idx1-ubyte.gz",
                    5_148,
                    "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"));

    /**
     * Finds the files, or downloads them.
     *
     * @param given folder that the user named, with {@code fashion-mnist/} in it; nothing else is tried then
     * @param inherited folder from the environment, tried before the cache
     * @param cache keeps downloaded files
     * @throws IOException if the files can neither be found nor downloaded, with what to do
     * @throws InterruptedException if the thread is interrupted during a download
     */
    public static FashionMnistFiles locate(@Nullable Path given, @Nullable Path inherited, DataCache cache)
            throws IOException, InterruptedException {
        if (given != null) {
            List<String> missing = missing(given);
            if (!missing.isEmpty()) {
                throw new IOException("--data " + given + ": expected " + SET
                        + "/ with the four files of Fashion-MNIST in" + " it, missing: " + String.join(", ", missing));
            }
            return in(given);
        }
        if (inherited != null && missing(inherited).isEmpty()) {
            return in(inherited);
        }
        return download(cache, FILES);
    }

    static FashionMnistFiles download(DataCache cache, List<RemoteFile> files)
            throws IOException, InterruptedException {
        List<Path> paths = new ArrayList<>();
        for (RemoteFile file : files) {
            try {
                paths.add(cache.fetch(SET, file));
            } catch (IOException cause) {
                throw new IOException(
                        "Fashion-MNIST is not on this machine and could not be downloaded: " + cause.getMessage()
                                + ". Either name a folder that holds " + SET
                                + "/ with the four .gz files (--data DIR or"
                                + " OTNN_DATA), or put them into "
                                + cache.folder().resolve(SET),
                        cause);
            }
        }
        return of(paths);
    }

    private static FashionMnistFiles in(Path data) {
        return of(FILES.stream()
                .map(file -> data.resolve(SET).resolve(file.name()))
                .toList());
    }

    private static List<String> missing(Path data) {
        return FILES.stream()
                .map(RemoteFile::name)
                .filter(name -> !Files.isRegularFile(data.resolve(SET).resolve(name)))
                .toList();
    }

    private static FashionMnistFiles of(List<Path> paths) {
        return new FashionMnistFiles(paths.get(0), paths.get(1), paths.get(2), paths.get(3));
    }

    private static RemoteFile file(String name, long bytes, String sha256) {
        return new RemoteFile(name, HOME.resolve(name), bytes, sha256);
    }
}
