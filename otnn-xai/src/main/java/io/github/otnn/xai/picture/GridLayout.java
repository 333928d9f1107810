package io.github.otnn.xai.picture;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Places of everything in a grid: column widths and row heights from what they hold. Without text, no lettering. */
final class GridLayout {
    private static final int MARGIN = 8;
    private static final int GAP = 6;
    private static final int BAR_GAP = 14;
    /** Least space between texts of neighbouring columns, beside the gap, and above a title, so that it belongs downwards. */
    private static final int TEXT_SPACE = 4;

    /** A map that ends in white would otherwise have no visible edge. */
    private static final Color FRAME = new Color(0xC8C8C8);

    private static final int TALLEST_BAR = 240;

    private final int columns;
    private final List<ImageGrid.Tile> tiles;
    private final String heading;
    private final List<String> columnTitles;
    private final List<String> rowTitles;
    private final @Nullable ColourBar bar;
    private final @Nullable Lettering lettering;

    private final int[] columnWidths;
    private final int[] rowHeights;
    private final int[] rowTitleHeights;
    private final int left;
    private final int top;

    GridLayout(
            int columns,
            List<ImageGrid.Tile> tiles,
            String heading,
            List<String> columnTitles,
            List<String> rowTitles,
            @Nullable ColourBar bar,
            @Nullable Lettering lettering) {
        this.columns = columns;
        this.tiles = tiles;
        this.heading = heading;
        this.columnTitles = columnTitles;
        this.rowTitles = rowTitles;
        this.bar = bar;
        this.lettering = lettering;
        int rows = (tiles.size() + columns - 1) / columns;
        columnWidths = new int[Math.min(columns, tiles.size())];
        rowHeights = new int[rows];
        rowTitleHeights = new int[rows];
        measureTiles();
        int widestRowTitle = rowTitles.stream().mapToInt(this::textWidth).max().orElse(0);
        left = MARGIN + (widestRowTitle == 0 ? 0 : widestRowTitle + GAP);
        top = MARGIN + withGap(textHeight(heading)) + withGap(columnTitleHeight());
    }

    int width() {
        int width = left + tilesWidth() + MARGIN;
        if (bar != null && lettering != null) {
            width += BAR_GAP + bar.width(lettering);
        }
        return Math.max(width, textWidth(heading) + 2 * MARGIN);
    }

    int height() {
        return top + Math.max(tilesHeight(), barHeight()) + MARGIN;
    }

    void draw(BufferedImage picture, Graphics2D graphics) {
        text(graphics, heading, MARGIN, MARGIN, 0, 0);
        int x = left;
        for (int column = 0; column < columnWidths.length; column++) {
            if (!columnTitles.isEmpty()) {
                String title = columnTitles.get(column);
                int y = top - GAP / 2 - textHeight(title);
                text(graphics, title, x, y, columnWidths[column], 0.5);
            }
            x += columnWidths[column] + GAP;
        }
        int y = top;
        for (int row = 0; row < rowHeights.length; row++) {
            drawRow(graphics, row, y);
            y += rowTitleHeights[row] + rowHeights[row] + GAP;
        }
        if (bar != null && lettering != null) {
            bar.draw(picture, graphics, lettering, left + tilesWidth() + BAR_GAP, top, barHeight());
        }
    }

    private void drawRow(Graphics2D graphics, int row, int y) {
        int imageTop = y + rowTitleHeights[row];
        if (!rowTitles.isEmpty()) {
            String title = rowTitles.get(row);
            int middle = imageTop + (rowHeights[row] - textHeight(title)) / 2;
            text(graphics, title, MARGIN, middle, left - MARGIN - GAP, 1);
        }
        int x = left;
        for (int column = 0; column < columnWidths.length && row * columns + column < tiles.size(); column++) {
            ImageGrid.Tile tile = tiles.get(row * columns + column);
            int titleTop = imageTop - 1 - textHeight(tile.title());
            text(graphics, tile.title(), x, titleTop, columnWidths[column], 0.5);
            BufferedImage image = tile.image();
            if (image != null) {
                int imageLeft = x + (columnWidths[column] - image.getWidth()) / 2;
                graphics.drawImage(image, imageLeft, imageTop, null);
                graphics.setColor(FRAME);
                graphics.drawRect(imageLeft - 1, imageTop - 1, image.getWidth() + 1, image.getHeight() + 1);
            }
            x += columnWidths[column] + GAP;
        }
    }

    private void measureTiles() {
        for (int i = 0; i < tiles.size(); i++) {
            ImageGrid.Tile tile = tiles.get(i);
            int row = i / columns;
            int column = i % columns;
            BufferedImage image = tile.image();
            if (image != null) {
                columnWidths[column] = Math.max(columnWidths[column], image.getWidth());
                rowHeights[row] = Math.max(rowHeights[row], image.getHeight());
            }
            columnWidths[column] = Math.max(columnWidths[column], withSpace(textWidth(tile.title())));
            rowTitleHeights[row] = Math.max(rowTitleHeights[row], withSpace(textHeight(tile.title())));
        }
        for (int column = 0; column < columnWidths.length && !columnTitles.isEmpty(); column++) {
            columnWidths[column] = Math.max(columnWidths[column], withSpace(textWidth(columnTitles.get(column))));
        }
        for (int row = 0; row < rowHeights.length && !rowTitles.isEmpty(); row++) {
            rowHeights[row] = Math.max(rowHeights[row], textHeight(rowTitles.get(row)));
        }
    }

    private int tilesWidth() {
        return Arrays.stream(columnWidths).sum() + GAP * (columnWidths.length - 1);
    }

    private int tilesHeight() {
        return Arrays.stream(rowHeights).sum() + Arrays.stream(rowTitleHeights).sum() + GAP * (rowHeights.length - 1);
    }

    private int barHeight() {
        if (bar == null || lettering == null) {
            return 0;
        }
        return Math.max(bar.leastHeight(lettering), Math.min(tilesHeight(), TALLEST_BAR));
    }

    private int columnTitleHeight() {
        return columnTitles.stream().mapToInt(this::textHeight).max().orElse(0);
    }

    private int textWidth(String text) {
        return lettering == null ? 0 : lettering.width(text);
    }

    private int textHeight(String text) {
        return lettering == null ? 0 : lettering.height(text);
    }

    private void text(Graphics2D graphics, String text, int x, int y, int boxWidth, double alignment) {
        if (lettering != null && !text.isEmpty()) {
            lettering.draw(graphics, text, x, y, boxWidth, alignment);
        }
    }

    private static int withSpace(int size) {
        return size == 0 ? 0 : size + TEXT_SPACE;
    }

    private static int withGap(int height) {
        return height == 0 ? 0 : height + GAP;
    }
}
