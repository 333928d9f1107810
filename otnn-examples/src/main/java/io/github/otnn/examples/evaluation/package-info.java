/**
 * The program {@code xai-report}: attribution methods measured on a 1-Lipschitz network and its unconstrained twin. Open {@link
 * io.github.otnn.examples.evaluation.XaiReportProgram} first, then {@code Evaluation}, which fills {@code Findings}, and {@code
 * ReportClaims}, which reads them.
 */
@NullMarked
package io.github.otnn.examples.evaluation;

import org.jspecify.annotations.NullMarked;
