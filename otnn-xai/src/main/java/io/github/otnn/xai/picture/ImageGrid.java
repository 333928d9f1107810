package io.github.otnn.xai.picture;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A figure: tiles in rows and columns on white, with titles and a colour bar where wanted. Columns grow with their titles, so
 * no text is cut. Equal content gives equal pixels on one machine; between machines only text may differ, with their fonts.
 *
 * <p>Fill it row by row, then {@link #draw()}; it can be drawn again after more tiles. One thread. Text may have several
 * lines. Figures without any text need no font on the machine.
 */
public final class ImageGrid {
    private final int columns;
    private final List<Tile> tiles = new ArrayList<>();
    private String heading = "";
    private List<String> columnTitles = List.of();
    private List<String> rowTitles = List.of();
    private @Nullable ColourBar bar;

    /** One place of the grid; a gap has no image. */
    record Tile(@Nullable BufferedImage image, String title) {}

    private ImageGrid(int columns) {
        this.columns = columns;
    }

    /** Empty grid that starts a new row after this many tiles. */
    public static ImageGrid withColumns(int columns) {
        if (columns < 1) {
            throw new IllegalArgumentException("ImageGrid: columns must be >= 1, got " + columns);
        }
        return new ImageGrid(columns);
    }

    /** Text above everything. */
    public ImageGrid heading(String text) {
        heading = text;
        return this;
    }

    /** Text above each column; as many as there are columns. */
    public ImageGrid columnTitles(List<String> titles) {
        if (titles.size() != columns) {
            throw new IllegalArgumentException(
                    "ImageGrid: expected " + columns + " column titles, got " + titles.size() + ": " + titles);
        }
        columnTitles = List.copyOf(titles);
        return this;
    }

    /** Text left of each row; as many as there will be rows. */
    public ImageGrid rowTitles(List<String> titles) {
        rowTitles = List.copyOf(titles);
        return this;
    }

    /**
     * Legend at the right: the colours with the values at both ends, and 0 in the middle of a diverging map.
     *
     * @param label what the values are, with their unit; may be empty
     */
    public ImageGrid colourBar(ColourMap colours, ValueLimits limits, String label) {
        limits.requireFits(colours);
        bar = new ColourBar(colours, limits, label);
        return this;
    }

    /** Next tile, without title. The image is drawn as it is then; it is not copied before. */
    public ImageGrid add(BufferedImage image) {
        return add(image, "");
    }

    /** Next tile, with a title above it. */
    public ImageGrid add(BufferedImage image, String title) {
        tiles.add(new Tile(image, title));
        return this;
    }

    /** Leaves the next place empty. */
    public ImageGrid addGap() {
        tiles.add(new Tile(null, ""));
        return this;
    }

    /**
     * Draws the figure.
     *
     * @throws IllegalStateException if there is no tile, row titles and rows differ in number, or text is wanted on a machine
     *     without fonts
     */
    public BufferedImage draw() {
        int rows = (tiles.size() + columns - 1) / columns;
        if (rows == 0) {
            throw new IllegalStateException("ImageGrid: expected at least one tile, got none");
        }
        if (!rowTitles.isEmpty() && rowTitles.size() != rows) {
            throw new IllegalStateException("ImageGrid: expected " + rows + " row titles for " + tiles.size()
                    + " tiles in " + columns + " columns, got " + rowTitles.size());
        }
        @Nullable Lettering lettering = hasText() ? Lettering.load() : null;
        GridLayout layout = new GridLayout(columns, tiles, heading, columnTitles, rowTitles, bar, lettering);
        BufferedImage picture = new BufferedImage(layout.width(), layout.height(), BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        try {
            graphics.setColor(Color.WHITE);
            graphics.fillRect(0, 0, layout.width(), layout.height());
            layout.draw(picture, graphics);
        } finally {
            graphics.dispose();
        }
        return picture;
    }

    private boolean hasText() {
        return bar != null
                || !heading.isEmpty()
                || !columnTitles.isEmpty()
                || !rowTitles.isEmpty()
                || tiles.stream().anyMatch(tile -> !tile.title().isEmpty());
    }
}
