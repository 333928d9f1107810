package io.github.otnn.xai.picture;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.Locale;

/** Legend: the colours from high (top) to low (bottom), a frame, the values beside it and a label above. */
record ColourBar(ColourMap colours, ValueLimits limits, String label) {
    private static final int BAR_WIDTH = 14;
    private static final int TEXT_GAP = 4;

    int width(Lettering lettering) {
        int values = Math.max(lettering.width(text(limits.low())), lettering.width(text(limits.high())));
        return Math.max(BAR_WIDTH + TEXT_GAP + values, lettering.width(label));
    }

    private int labelHeight(Lettering lettering) {
        return label.isEmpty() ? 0 : lettering.height(label) + TEXT_GAP;
    }

    /** Least height at which the numbers do not touch. */
    int leastHeight(Lettering lettering) {
        return labelHeight(lettering) + 5 * lettering.height("0");
    }

    void draw(BufferedImage picture, Graphics2D graphics, Lettering lettering, int x, int y, int height) {
        lettering.draw(graphics, label, x, y, 0, 0);
        int line = lettering.height("0");
        int top = y + labelHeight(lettering) + line / 2;
        int bottom = y + height - 1 - line / 2;
        for (int row = top; row <= bottom; row++) {
            int colour = colours.colour((double) (bottom - row) / (bottom - top));
            for (int column = 0; column < BAR_WIDTH; column++) {
                picture.setRGB(x + column, row, colour);
            }
        }
        graphics.setColor(Color.GRAY);
        graphics.drawRect(x - 1, top - 1, BAR_WIDTH + 1, bottom - top + 2);
        int textX = x + BAR_WIDTH + TEXT_GAP;
        lettering.draw(graphics, text(limits.high()), textX, top - line / 2, 0, 0);
        lettering.draw(graphics, text(limits.low()), textX, bottom - line / 2, 0, 0);
        if (colours.diverging()) {
            lettering.draw(graphics, "0", textX, (top + bottom) / 2 - line / 2, 0, 0);
        }
    }

    private static String text(double value) {
        return value == 0 ? "0" : String.format(Locale.ROOT, "%.3g", value);
    }
}
