package io.github.otnn.examples.run;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;

/**
 * A report as one HTML file that needs nothing else: pictures are embedded, nothing is loaded from a network. Parts appear
 * in the order they are added; every text is escaped. Belongs to one thread.
 */
public final class HtmlReport {
    private static final String STYLE = """
            body { font: 16px/1.55 system-ui, sans-serif; color: #1d2430; background: #fff;
                   max-width: 60rem; margin: 2rem auto; padding: 0 1.2rem; }
            h1 { font-size: 1.8rem; line-height: 1.2; margin-bottom: .3rem; }
            h2 { font-size: 1.25rem; margin: 2.2rem 0 .6rem; border-bottom: 1px solid #d8dde6; padding-bottom: .2rem; }
            .summary { color: #4a5568; margin-top: 0; }
            table { border-collapse: collapse; margin: .6rem 0 1rem; }
            th { white-space: nowrap; }
            th, td { text-align: left; vertical-align: top; padding: .3rem .9rem .3rem 0; border-bottom: 1px solid #e6e9ef; }
            td.value { font-variant-numeric: tabular-nums; white-space: nowrap; font-weight: 600; }
            figure { margin: 1rem 0 1.6rem; }
            figure img { max-width: 100%; height: auto; border: 1px solid #e6e9ef; }
            figcaption { color: #4a5568; font-size: .92rem; }
            .verdict { margin: .5rem 0; padding-left: .8rem; border-left: .3rem solid #2e8b57; }
            .verdict b { color: #2e8b57; }
            .verdict.fails { border-color: #c0392b; }
            .verdict.fails b { color: #c0392b; }
            .verdict span { color: #4a5568; font-size: .92rem; }
            pre { background: #f5f6f9; padding: .8rem 1rem; overflow-x: auto; font-size: .85rem; }
            """;

    private final String title;
    private final StringBuilder body = new StringBuilder();

    /**
     * Starts a report.
     *
     * @param title headline
     * @param summary one or two sentences below it: what was done and what came out
     */
    public HtmlReport(String title, String summary) {
        this.title = title;
        body.append("<h1>").append(Text.html(title)).append("</h1>\n");
        body.append("<p class=\"summary\">").append(Text.html(summary)).append("</p>\n");
    }

    /** Adds a headline; what follows belongs to it. */
    public HtmlReport section(String heading) {
        body.append("<h2>").append(Text.html(heading)).append("</h2>\n");
        return this;
    }

    /** Adds a paragraph. */
    public HtmlReport paragraph(String text) {
        body.append("<p>").append(Text.html(text)).append("</p>\n");
        return this;
    }

    /** Adds a section with all results: name, value to six digits, meaning. */
    public HtmlReport numbers(Metrics metrics) {
        section("Numbers");
        body.append("<table>\n");
        for (Metrics.Entry entry : metrics.entries()) {
            body.append("<tr><td>").append(Text.html(entry.key()));
            body.append("</td><td class=\"value\">").append(Text.html(entry.text()));
            body.append("</td><td>").append(Text.html(entry.meaning())).append("</td></tr>\n");
        }
        body.append("</table>\n");
        return this;
    }

    /** Adds a section with the settings of the run, in the map's order. */
    public HtmlReport settings(Map<String, ?> settings) {
        section("Settings");
        body.append("<table>\n");
        settings.forEach((name, value) -> body.append("<tr><td>")
                .append(Text.html(name))
                .append("</td><td>")
                .append(Text.html(String.valueOf(value)))
                .append("</td></tr>\n"));
        body.append("</table>\n");
        return this;
    }

    /**
     * Adds a table.
     *
     * @throws IllegalArgumentException if a row has not as many cells as the header
     */
    public HtmlReport table(List<String> header, List<List<String>> rows) {
        body.append("<table>\n");
        row("th", header);
        for (List<String> row : rows) {
            if (row.size() != header.size()) {
                throw new IllegalArgumentException(
                        "report table: expected " + header.size() + " cells as in " + header + ", got " + row);
            }
            row("td", row);
        }
        body.append("</table>\n");
        return this;
    }

    /**
     * Adds a statement that was checked.
     *
     * @param holds whether the numbers agree
     * @param numbers what it rests on, in words
     */
    public HtmlReport verdict(boolean holds, String statement, String numbers) {
        body.append("<p class=\"verdict").append(holds ? "\"><b>HOLDS</b> " : " fails\"><b>FAILS</b> ");
        body.append(Text.html(statement))
                .append("<br/><span>")
                .append(Text.html(numbers))
                .append("</span></p>\n");
        return this;
    }

    /** Adds text that keeps its line breaks and columns. */
    public HtmlReport preformatted(String text) {
        body.append("<pre>").append(Text.html(text)).append("</pre>\n");
        return this;
    }

    /**
     * Adds a picture.
     *
     * @param png content of a PNG file
     * @throws IllegalArgumentException if it is something else
     */
    public HtmlReport picture(byte[] png, String caption) {
        if (png.length < 8 || png[0] != (byte) 0x89 || png[1] != 'P' || png[2] != 'N' || png[3] != 'G') {
            throw new IllegalArgumentException("report picture '" + caption + "': expected the bytes of a PNG file");
        }
        String text = Text.html(caption);
        body.append("<figure><img alt=\"").append(text).append("\" src=\"data:image/png;base64,");
        body.append(Base64.getEncoder().encodeToString(png)).append("\"/>\n");
        body.append("<figcaption>").append(text).append("</figcaption></figure>\n");
        return this;
    }

    /** Adds a picture. */
    public HtmlReport picture(BufferedImage image, String caption) {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(image, "png", png)) {
                throw new IllegalArgumentException("report picture '" + caption + "': no PNG for this kind of image");
            }
        } catch (IOException cause) {
            throw new UncheckedIOException(cause);
        }
        return picture(png.toByteArray(), caption);
    }

    /** The whole file. */
    public String toHtml() {
        return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
                + "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>"
                + Text.html(title) + "</title>\n<style>\n" + STYLE + "</style>\n</head>\n<body>\n" + body
                + "</body>\n</html>\n";
    }

    private void row(String element, List<String> cells) {
        body.append("<tr>");
        for (String cell : cells) {
            body.append('<').append(element).append('>').append(Text.html(cell));
            body.append("</").append(element).append('>');
        }
        body.append("</tr>\n");
    }
}
