package io.github.otnn.examples.dataset;

import java.net.URI;

/**
 * A file that can be downloaded, and how to know that it is the right one.
 *
 * @param name in its folder
 * @param source where it is
 * @param bytes size
 * @param sha256 hash of the content, hexadecimal
 */
public record RemoteFile(String name, URI source, long bytes, String sha256) {}
