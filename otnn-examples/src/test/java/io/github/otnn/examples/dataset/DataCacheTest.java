package io.github.otnn.examples.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DataCacheTest {
    private static final byte[] CONTENT = "sixteen pictures".repeat(1000).getBytes(StandardCharsets.UTF_8);

    private final ByteArrayOutputStream messages = new ByteArrayOutputStream();
    private final AtomicInteger requests = new AtomicInteger();
    private final CountDownLatch endOfTest = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;
    private RemoteFile file;

    @TempDir
    private Path folder;

    @BeforeEach
    void startServer() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        serve("/right", exchange -> answer(exchange, 200, CONTENT, CONTENT.length));
        serve("/moved", exchange -> {
            exchange.getResponseHeaders().set("Location", "/right");
            answer(exchange, 302, new byte[0], -1);
        });
        serve("/changed", exchange -> {
            byte[] changed = CONTENT.clone();
            changed[100]++;
            answer(exchange, 200, changed, changed.length);
        });
        serve("/longer", exchange -> answer(exchange, 200, new byte[CONTENT.length + 1], CONTENT.length + 1));
        serve("/missing", exchange -> answer(exchange, 404, CONTENT, CONTENT.length));
        serve("/cut", exchange -> {
            exchange.sendResponseHeaders(200, CONTENT.length);
            exchange.getResponseBody().write(CONTENT, 0, 50);
            exchange.getResponseBody().flush();
            throw new IOException("the connection breaks here");
        });
        serve("/short", exchange -> answer(exchange, 200, new byte[50], 50));
        serve("/stalled", exchange -> {
            exchange.sendResponseHeaders(200, CONTENT.length);
            exchange.getResponseBody().write(CONTENT, 0, 50);
            exchange.getResponseBody().flush();
            await(endOfTest);
        });
        server.start();
        file = remote("/right");
    }

    @AfterEach
    void stopServer() {
        endOfTest.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void downloadsOnce() throws Exception {
        Path first = cache(false).fetch("set", file);
        Path second = cache(false).fetch("set", file);
        assertThat(first).isEqualTo(folder.resolve("set").resolve("file.gz")).isEqualTo(second);
        assertThat(first).hasBinaryContent(CONTENT);
        assertThat(requests).hasValue(1);
        assertThat(messages.toString(StandardCharsets.UTF_8))
                .isEqualToIgnoringNewLines("downloading file.gz (0.0 MB) from " + file.source());
        assertNothingElseIsLeft();
    }

    @Test
    void followsRedirects() throws Exception {
        assertThat(cache(false).fetch("set", remote("/moved"))).hasBinaryContent(CONTENT);
    }

    @Test
    void replacesAFileThatWasDamagedInTheCache() throws Exception {
        Path place = cache(false).fetch("set", file);
        Files.writeString(place, "damaged");
        assertThat(cache(false).fetch("set", file)).hasBinaryContent(CONTENT);
        assertThat(requests).hasValue(2);
    }

    @Test
    void doesNotKeepAFileWithAnotherHash() {
        assertFails("/changed", "expected a file with SHA-256 " + file.sha256(), "was not kept");
    }

    @Test
    void doesNotKeepAFileOfAnotherSize() {
        assertFails("/longer", "expected 16000 bytes, got ");
        assertFails("/short", "expected 16000 bytes, got 50");
    }

    @Test
    void saysThatTheConnectionBroke() {
        assertFails("/cut", "/cut: ", "IOException");
    }

    @Test
    void saysWhatTheServerAnswered() {
        assertFails("/missing", "/missing answered with status 404, expected 200");
    }

    @Test
    void doesNotWaitForeverForAServerThatFallsSilent() {
        assertFails("/stalled", "no byte for 1 s, after 50 of 16000");
    }

    @Test
    void saysThatThereIsNoServer() {
        server.stop(0);
        assertFails("/right", "ConnectException");
    }

    @Test
    void asksNobodyWhenOffline() throws Exception {
        assertThatIOException()
                .isThrownBy(() -> cache(true).fetch("set", file))
                .withMessage("downloads are switched off (otnn.offline=true)");
        assertThat(requests).hasValue(0);
        assertThat(folder).isEmptyDirectory();
        Path place = cache(false).fetch("set", file);
        assertThat(cache(true).fetch("set", file)).isEqualTo(place);
    }

    @Test
    void interruptEndsTheDownloadAndLeavesNothing() throws Exception {
        Thread downloading = Thread.currentThread();
        threads.execute(() -> {
            while (requests.get() == 0) {
                Thread.onSpinWait();
            }
            downloading.interrupt();
        });
        assertThatExceptionOfType(InterruptedException.class)
                .isThrownBy(() -> cache(Duration.ofSeconds(30)).fetch("set", remote("/stalled")));
        assertNothingElseIsLeft();
    }

    @Test
    void removesOldRestsOfKilledDownloadsOnly() throws Exception {
        Path set = Files.createDirectories(folder.resolve("set"));
        Path old = Files.writeString(set.resolve("file.gz1.part"), "x");
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
        Path goingOn = Files.writeString(set.resolve("file.gz2.part"), "x");
        cache(false).fetch("set", file);
        assertThat(old).doesNotExist();
        assertThat(goingOn).exists();
    }

    @Test
    void livesWhereTheOperatingSystemWantsCaches() {
        Path home = Path.of("home");
        Map<String, String> none = Map.of();
        assertThat(DataCache.userFolder(none, "Linux", home)).isEqualTo(Path.of("home", ".cache", "otnn"));
        assertThat(DataCache.userFolder(Map.of("XDG_CACHE_HOME", "xdg"), "Linux", home))
                .isEqualTo(Path.of("xdg", "otnn"));
        assertThat(DataCache.userFolder(none, "Mac OS X", home))
                .isEqualTo(Path.of("home", "Library", "Caches", "otnn"));
        assertThat(DataCache.userFolder(Map.of("LOCALAPPDATA", "local"), "Windows 11", home))
                .isEqualTo(Path.of("local", "otnn"));
        assertThat(DataCache.userFolder(none, "Windows 11", home))
                .isEqualTo(Path.of("home", "AppData", "Local", "otnn"));
        assertThat(DataCache.userFolder(Map.of("OTNN_CACHE_DIR", "mine", "XDG_CACHE_HOME", "xdg"), "Linux", home))
                .isEqualTo(Path.of("mine"));
    }

    private void assertFails(String path, String... parts) {
        assertThatIOException()
                .isThrownBy(() -> cache(false).fetch("set", remote(path)))
                .withMessageContainingAll(parts);
        assertNothingElseIsLeft();
    }

    private void assertNothingElseIsLeft() {
        assertThat(folder.resolve("set")).isDirectoryNotContaining(path -> !path.endsWith("file.gz"));
    }

    private DataCache cache(boolean offline) {
        return new DataCache(folder, offline, Duration.ofSeconds(1), new PrintStream(messages, true));
    }

    private DataCache cache(Duration patience) {
        return new DataCache(folder, false, patience, new PrintStream(messages, true));
    }

    private RemoteFile remote(String path) throws Exception {
        URI source = URI.create("http://" + server.getAddress().getHostString() + ":"
                + server.getAddress().getPort() + path);
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(CONTENT);
        return new RemoteFile("file.gz", source, CONTENT.length, HexFormat.of().formatHex(hash));
    }

    private void serve(String path, Handler handler) {
        server.createContext(path, exchange -> {
            requests.incrementAndGet();
            try (exchange) {
                handler.handle(exchange);
            }
        });
    }

    private static void answer(HttpExchange exchange, int status, byte[] body, long length) throws IOException {
        exchange.sendResponseHeaders(status, length);
        exchange.getResponseBody().write(body);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private interface Handler {
        void handle(HttpExchange exchange) throws IOException;
    }
}
