package io.github.otnn.xai.picture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageGridTest {
    private static final int RED = 0xFFCC0000;
    private static final int BLUE = 0xFF0000CC;
    private static final int FRAME = 0xFFC8C8C8;
    private static final int WHITE = 0xFFFFFFFF;

    @Test
    void placesTilesRowByRowOnWhite() {
        BufferedImage picture = ImageGrid.withColumns(2)
                .add(tile(RED, 10, 20))
                .add(tile(BLUE, 30, 10))
                .addGap()
                .add(tile(RED, 30, 10))
                .draw();
        assertThat(picture.getWidth()).isEqualTo(8 + 10 + 6 + 30 + 8);
        assertThat(picture.getHeight()).isEqualTo(8 + 20 + 6 + 10 + 8);
        assertThat(picture.getRGB(8, 8)).isEqualTo(RED);
        assertThat(picture.getRGB(17, 27)).isEqualTo(RED);
        assertThat(picture.getRGB(18, 8)).isEqualTo(FRAME);
        assertThat(picture.getRGB(19, 8)).isEqualTo(WHITE);
        assertThat(picture.getRGB(24, 8)).isEqualTo(BLUE);
        assertThat(picture.getRGB(24, 18)).isEqualTo(FRAME);
        assertThat(picture.getRGB(24, 19)).isEqualTo(WHITE);
        assertThat(picture.getRGB(8, 34)).isEqualTo(WHITE);
        assertThat(picture.getRGB(9, 35)).isEqualTo(WHITE);
        assertThat(picture.getRGB(24, 34)).isEqualTo(RED);
    }

    @Test
    void columnsGrowUntilTheirTitlesFit() {
        String wide = "a title much wider than its tile";
        BufferedImage plain = ImageGrid.withColumns(1).add(tile(RED, 10, 10)).draw();
        BufferedImage titled =
                ImageGrid.withColumns(1).add(tile(RED, 10, 10), wide).draw();
        int text = Lettering.load().width(wide);
        assertThat(text).isGreaterThan(100);
        assertThat(titled.getWidth()).isEqualTo(text + 4 + 16);
        assertThat(titled.getHeight())
                .isEqualTo(plain.getHeight() + Lettering.load().height(wide) + 4);
        assertThat(titled.getRGB(titled.getWidth() / 2, titled.getHeight() - 9)).isEqualTo(RED);
        assertThat(darkPixels(titled, titled.getHeight() - 18)).isGreaterThan(50);
    }

    @Test
    void everyKindOfTextLeavesInkWhereItBelongs() {
        ImageGrid grid = ImageGrid.withColumns(1).add(tile(WHITE, 90, 50));
        assertThat(darkPixels(grid.draw(), Integer.MAX_VALUE)).isZero();
        int plain = grid.draw().getHeight();
        int line = Lettering.load().height("x");
        assertThat(grid.heading("heading").draw().getHeight()).isEqualTo(plain + line + 6);
        assertThat(darkPixels(grid.draw(), 8 + line)).isPositive();
        assertThat(grid.columnTitles(List.of("two\nlines")).draw().getHeight()).isEqualTo(plain + 3 * line + 12);
        int width = grid.draw().getWidth();
        assertThat(grid.rowTitles(List.of("row")).draw().getWidth())
                .isEqualTo(width + Lettering.load().width("row") + 6);
    }

    @Test
    void colourBarShowsItsColoursFromHighToLow() {
        BufferedImage picture = ImageGrid.withColumns(1)
                .add(tile(RED, 40, 150))
                .colourBar(ColourMap.BLUE_WHITE_RED, ValueLimits.symmetric(0.25), "")
                .draw();
        int x = 8 + 40 + 14 + 7;
        int line = Lettering.load().height("0");
        int top = 8 + line / 2;
        int bottom = 8 + 150 - 1 - line / 2;
        assertThat(picture.getRGB(x, top)).isEqualTo(0xFF67001F);
        assertThat(picture.getRGB(x, bottom)).isEqualTo(0xFF053061);
        assertThat(picture.getRGB(x, (top + bottom) / 2) & 0xF0F0F0).isEqualTo(0xF0F0F0);
    }

    @Test
    void equalContentGivesEqualFiles(@TempDir Path folder) throws IOException {
        PngFile.write(example().draw(), folder.resolve("a.png"));
        PngFile.write(example().draw(), folder.resolve("b.png"));
        assertThat(Files.readAllBytes(folder.resolve("a.png")))
                .isEqualTo(Files.readAllBytes(folder.resolve("b.png")))
                .hasSizeGreaterThan(500);
    }

    @Test
    void rejectsTitlesThatDoNotMatchTheGrid() {
        assertThatThrownBy(() -> ImageGrid.withColumns(0)).hasMessage("ImageGrid: columns must be >= 1, got 0");
        assertThatThrownBy(() -> ImageGrid.withColumns(2).columnTitles(List.of("one")))
                .hasMessage("ImageGrid: expected 2 column titles, got 1: [one]");
        assertThatThrownBy(() -> ImageGrid.withColumns(2)
                        .rowTitles(List.of("one"))
                        .addGap()
                        .addGap()
                        .addGap()
                        .draw())
                .hasMessage("ImageGrid: expected 2 row titles for 3 tiles in 2 columns, got 1");
        assertThatThrownBy(() -> ImageGrid.withColumns(2).draw())
                .hasMessage("ImageGrid: expected at least one tile, got none");
        assertThatThrownBy(
                        () -> ImageGrid.withColumns(1).colourBar(ColourMap.BLUE_WHITE_RED, new ValueLimits(0, 1), "f"))
                .hasMessageStartingWith("BLUE_WHITE_RED: expected limits symmetric around 0");
    }

    private static ImageGrid example() {
        return ImageGrid.withColumns(2)
                .heading("Example")
                .columnTitles(List.of("left", "right"))
                .rowTitles(List.of("only row"))
                .add(tile(RED, 20, 20), "f = 1.5")
                .add(tile(BLUE, 20, 20))
                .colourBar(ColourMap.VIRIDIS, new ValueLimits(0, 3), "score");
    }

    private static int darkPixels(BufferedImage image, int rows) {
        int dark = 0;
        for (int y = 0; y < Math.min(rows, image.getHeight()); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                dark += (image.getRGB(x, y) & 0xFF) < 128 && (image.getRGB(x, y) >> 16 & 0xFF) < 128 ? 1 : 0;
            }
        }
        return dark;
    }

    private static BufferedImage tile(int colour, int width, int height) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, colour);
            }
        }
        return image;
    }
}
