/**
 * Radii no attack can cross. Open {@link io.github.otnn.core.certify.Certifier} first, {@link
 * io.github.otnn.core.certify.LipschitzAudit} for the proof it rests on. Knows networks, not losses.
 */
@NullMarked
package io.github.otnn.core.certify;

import org.jspecify.annotations.NullMarked;
