package io.github.otnn.examples.dataset;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Folder that keeps downloaded files, so that each is downloaded once. A file is written under another name, checked and
 * then moved to its place: what is there is complete, also when several programs download at once. Thread-safe.
 */
public final class DataCache {
    private static final double MEGABYTE = 1e6;
    private static final Duration MESSAGE_INTERVAL = Duration.ofSeconds(2);
    private static final String PART = ".part";

    private final Path folder;
    private final boolean offline;
    private final Duration patience;
    private final PrintStream messages;

    /**
     * Creates a cache in a folder, which is created with the first download.
     *
     * @param folder of the files
     * @param offline whether nothing may be downloaded
     * @param patience longest time without a byte from the server
     * @param messages told what is downloaded
     */
    public DataCache(Path folder, boolean offline, Duration patience, PrintStream messages) {
        this.folder = folder;
        this.offline = offline;
        this.patience = patience;
        this.messages = messages;
    }

    /** The user's cache; downloads nothing if the system property {@code otnn.offline} is true. */
    public static DataCache ofUser(Map<String, String> environment, PrintStream messages) {
        Path folder = userFolder(environment, System.getProperty("os.name"), Path.of(System.getProperty("user.home")));
        return new DataCache(folder, Boolean.getBoolean("otnn.offline"), Duration.ofSeconds(30), messages);
    }

    /** {@code OTNN_CACHE_DIR}, or the place where the operating system wants caches. */
    static Path userFolder(Map<String, String> environment, String system, Path home) {
        String chosen = environment.getOrDefault("OTNN_CACHE_DIR", "");
        if (!chosen.isBlank()) {
            return Path.of(chosen);
        }
        String name = system.toLowerCase(Locale.ROOT);
        if (name.startsWith("mac")) {
            return home.resolve("Library").resolve("Caches").resolve("otnn");
        }
        String base = environment.getOrDefault(name.startsWith("windows") ? "LOCALAPPDATA" : "XDG_CACHE_HOME", "");
        if (base.isBlank()) {
            return name.startsWith("windows")
                    ? home.resolve("AppData").resolve("Local").resolve("otnn")
                    : home.resolve(".cache").resolve("otnn");
        }
        return Path.of(base).resolve("otnn");
    }

    /** Where files are kept. */
    public Path folder() {
        return folder;
    }

    /**
     * The file in the cache, downloaded if it is not there or is not what it should be.
     *
     * @param set folder inside the cache
     * @throws IOException if it cannot be downloaded, is not what was expected, or cannot be written
     * @throws InterruptedException if the thread is interrupted; nothing is left behind then
     */
    public Path fetch(String set, RemoteFile file) throws IOException, InterruptedException {
        Path place = folder.resolve(set).resolve(file.name());
        if (Files.isRegularFile(place) && hash(place).equals(file.sha256())) {
            return place;
        }
        if (offline) {
            throw new IOException("downloads are switched off (otnn.offline=true)");
        }
        Files.createDirectories(place.getParent());
        removeStaleParts(place.getParent());
        Path part = Files.createTempFile(place.getParent(), file.name(), PART);
        try {
            messages.printf(
                    Locale.ROOT,
                    "downloading %s (%.1f MB) from %s%n",
                    file.name(),
                    file.bytes() / MEGABYTE,
                    file.source());
            download(file, part);
            check(file, part);
            Files.move(part, place, StandardCopyOption.ATOMIC_MOVE);
            return place;
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private void download(RemoteFile file, Path part) throws IOException, InterruptedException {
        HttpClient client = HttpClient.newBuilder()
                .connectTimeout(patience)
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
        HttpRequest request = HttpRequest.newBuilder(file.source()).build();
        CompletableFuture<HttpResponse<Path>> answer = client.sendAsync(
                request,
                header -> header.statusCode() == 200
                        ? BodyHandlers.ofFile(part).apply(header)
                        : HttpResponse.BodySubscribers.replacing(part));
        try {
            int status = await(answer, file, part).statusCode();
            if (status != 200) {
                throw new IOException(file.source() + " answered with status " + status + ", expected 200");
            }
        } finally {
            answer.cancel(true);
        }
    }

    /** Waits for the end of the download as long as bytes come, and not more than the file should have. */
    private HttpResponse<Path> await(CompletableFuture<HttpResponse<Path>> answer, RemoteFile file, Path part)
            throws IOException, InterruptedException {
        long seen = 0;
        long lastByte = System.nanoTime();
        long lastMessage = lastByte;
        while (true) {
            try {
                return answer.get(100, TimeUnit.MILLISECONDS);
            } catch (ExecutionException failure) {
                Throwable cause = failure.getCause();
                throw new IOException(file.source() + ": " + cause, cause);
            } catch (TimeoutException notYet) {
                long size = Files.size(part);
                long now = System.nanoTime();
                if (size > file.bytes()) {
                    throw new IOException(file.source() + ": expected " + file.bytes() + " bytes, got more");
                }
                if (size == seen && now - lastByte > patience.toNanos()) {
                    throw new IOException(file.source() + ": no byte for " + patience.toSeconds() + " s, after " + size
                            + " of " + file.bytes());
                }
                if (now - lastMessage > MESSAGE_INTERVAL.toNanos()) {
                    messages.printf(Locale.ROOT, "  %.1f of %.1f MB%n", size / MEGABYTE, file.bytes() / MEGABYTE);
                    lastMessage = now;
                }
                lastByte = size > seen ? now : lastByte;
                seen = size;
            }
        }
    }

    /** Removes what killed downloads left, when it is too old to belong to one that goes on. */
    private static void removeStaleParts(Path set) throws IOException {
        Instant yesterday = Instant.now().minus(Duration.ofDays(1));
        try (DirectoryStream<Path> parts = Files.newDirectoryStream(set, "*" + PART)) {
            for (Path part : parts) {
                if (Files.getLastModifiedTime(part).toInstant().isBefore(yesterday)) {
                    Files.deleteIfExists(part);
                }
            }
        }
    }

    private static void check(RemoteFile file, Path part) throws IOException {
        long size = Files.size(part);
        if (size != file.bytes()) {
            throw new IOException(file.source() + ": expected " + file.bytes() + " bytes, got " + size);
        }
        String hash = hash(part);
        if (!hash.equals(file.sha256())) {
            throw new IOException(file.source() + ": expected a file with SHA-256 " + file.sha256() + ", got " + hash
                    + "; it was changed on its way or at its source, and was not kept");
        }
    }

    private static String hash(Path path) throws IOException {
        MessageDigest digest;
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
        try (InputStream stream = new DigestInputStream(Files.newInputStream(path), digest)) {
            stream.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
