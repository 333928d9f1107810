package io.github.otnn.xai.picture;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;

/** Text in the default sans-serif font; the only class that touches fonts, which not every machine has. */
final class Lettering {
    private static final int POINTS = 12;

    private final Font font;
    private final FontMetrics metrics;

    private Lettering(Font font, FontMetrics metrics) {
        this.font = font;
        this.metrics = metrics;
    }

    /**
     * Finds the font.
     *
     * @throws IllegalStateException if this Java has none
     */
    static Lettering load() {
        Graphics2D scratch = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
        try {
            prepare(scratch);
            Font font = new Font(Font.SANS_SERIF, Font.PLAIN, POINTS);
            return new Lettering(font, scratch.getFontMetrics(font));
        } catch (RuntimeException | LinkageError | InternalError cause) {
            // Java's ways to say that fontconfig, its libraries or all fonts are missing
            throw new IllegalStateException(
                    "ImageGrid: text needs a font and this Java finds none (" + cause
                            + "); install fontconfig and a font such as DejaVu, or draw the grid without text",
                    cause);
        } finally {
            scratch.dispose();
        }
    }

    /** Width of the widest line. */
    int width(String text) {
        return text.lines().mapToInt(metrics::stringWidth).max().orElse(0);
    }

    /** Height of all lines; 0 for no text. */
    int height(String text) {
        return (int) text.lines().count() * metrics.getHeight();
    }

    /**
     * Draws lines of text in a box.
     *
     * @param x left edge of the box
     * @param y top of the first line
     * @param boxWidth width of the box
     * @param alignment 0 left, 0.5 centred, 1 right
     */
    void draw(Graphics2D graphics, String text, int x, int y, int boxWidth, double alignment) {
        prepare(graphics);
        graphics.setFont(font);
        graphics.setColor(Color.BLACK);
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            int indent = (int) Math.round(alignment * (boxWidth - metrics.stringWidth(lines.get(i))));
            graphics.drawString(lines.get(i), x + indent, y + metrics.getAscent() + i * metrics.getHeight());
        }
    }

    private static void prepare(Graphics2D graphics) {
        // stated, not left to the desktop settings of the machine
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_FRACTIONALMETRICS, RenderingHints.VALUE_FRACTIONALMETRICS_OFF);
    }
}
