/**
 * Searches for the nearest input that is decided differently: what tries to prove a certificate wrong. Open
 * {@link io.github.otnn.xai.attack.Attack} first, then {@link io.github.otnn.xai.attack.CertificateCheck}. Knows differentiable
 * functions and their logits, not where radii come from.
 */
@NullMarked
package io.github.otnn.xai.attack;

import org.jspecify.annotations.NullMarked;
