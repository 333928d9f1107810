package io.github.otnn.core.data;

/**
 * Content of an IDX file of unsigned bytes. Both arrays belong to the receiver; equality is that of the array objects.
 *
 * @param sizes axis sizes, at least one, each at least 1; the first counts the samples
 * @param values in C order, as many as the product of the sizes; {@code value & 0xFF} is 0..255
 */
public record IdxArray(int[] sizes, byte[] values) {}
