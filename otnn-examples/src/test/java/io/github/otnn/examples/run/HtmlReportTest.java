package io.github.otnn.examples.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class HtmlReportTest {
    private static final String HOSTILE = "<script>\"a\" & 'b'</script>";

    @Test
    void everyTextIsEscapedAndTheDocumentWellFormed() throws Exception {
        Document document = parse(new HtmlReport(HOSTILE, HOSTILE)
                .numbers(new Metrics().put("key", HOSTILE, HOSTILE))
                .section(HOSTILE)
                .paragraph(HOSTILE)
                .preformatted(HOSTILE)
                .verdict(false, HOSTILE, HOSTILE)
                .table(List.of(HOSTILE), List.of(List.of(HOSTILE)))
                .picture(new BufferedImage(2, 3, BufferedImage.TYPE_BYTE_GRAY), HOSTILE)
                .settings(Map.of(HOSTILE, HOSTILE)));
        assertThat(document.getElementsByTagName("script").getLength()).isZero();
        assertThat(document.getElementsByTagName("body")
                        .item(0)
                        .getTextContent()
                        .split("<script>", -1))
                .as("places where the text stands")
                .hasSize(15);
    }

    @Test
    void embedsPicturesAndLoadsNothing() throws Exception {
        BufferedImage image = new BufferedImage(2, 3, BufferedImage.TYPE_INT_RGB);
        image.setRGB(1, 2, 0x123456);
        HtmlReport report = new HtmlReport("Title", "Summary.").picture(image, "A caption");
        Element picture = (Element) parse(report).getElementsByTagName("img").item(0);
        String start = "data:image/png;base64,";
        assertThat(picture.getAttribute("src")).startsWith(start);
        byte[] png = Base64.getDecoder().decode(picture.getAttribute("src").substring(start.length()));
        assertThat(ImageIO.read(new ByteArrayInputStream(png)).getRGB(1, 2) & 0xFFFFFF)
                .isEqualTo(0x123456);
        assertThat(picture.getAttribute("alt")).isEqualTo("A caption");
        assertThat(report.toHtml()).doesNotContain("http:", "https:", "url(", "@import");
    }

    @Test
    void showsNumbersWithTheirMeaning() throws IOException {
        String html = new HtmlReport("Title", "Summary.")
                .numbers(new Metrics().put("accuracy", 0.91349999999, "share of right answers"))
                .toHtml();
        assertThat(html)
                .contains("<tr><td>accuracy</td><td class=\"value\">0.9135</td><td>share of right answers</td></tr>");
    }

    @Test
    void rejectsRowsOfAnotherWidthAndPicturesThatAreNone() {
        HtmlReport report = new HtmlReport("Title", "Summary.");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> report.table(List.of("a", "b"), List.of(List.of("1"))))
                .withMessage("report table: expected 2 cells as in [a, b], got [1]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> report.picture(new byte[] {1, 2, 3}, "field"))
                .withMessage("report picture 'field': expected the bytes of a PNG file");
    }

    private static Document parse(HtmlReport report) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(report.toHtml())));
    }
}
