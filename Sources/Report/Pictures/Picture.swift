/// What is drawn as SVG: the shapes that pictures are made of.
///
/// Colours come from classes, so that both themes have their own.
protocol Picture {}

extension Picture {
    func place(
        _ x: Double, _ y: Double, _ width: Double, _ height: Double, _ out: inout Markup
    ) {
        out.attribute("x", x)
        out.attribute("y", y)
        out.attribute("width", width)
        out.attribute("height", height)
    }

    func rectangle(
        _ style: Markup.Literal, _ x: Double, _ y: Double, _ width: Double, _ height: Double,
        _ out: inout Markup
    ) {
        out.raw("<rect class=\"")
        out.raw(style)
        out.raw("\"")
        place(x, y, width, height, &out)
        out.raw("/>\n")
    }

    func line(
        _ style: Markup.Literal, _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double,
        _ out: inout Markup
    ) {
        out.raw("<line class=\"")
        out.raw(style)
        out.raw("\"")
        out.attribute("x1", x1)
        out.attribute("y1", y1)
        out.attribute("x2", x2)
        out.attribute("y2", y2)
        out.raw("/>\n")
    }

    func path(_ style: Markup.Literal, _ data: String, _ out: inout Markup) {
        out.raw("<path class=\"")
        out.raw(style)
        out.raw("\"")
        out.attribute("d", data)
        out.raw("/>")
    }

    func text(
        _ content: String, x: Double, y: Double, _ style: Markup.Literal, _ out: inout Markup
    ) {
        out.raw("<text class=\"")
        out.raw(style)
        out.raw("\"")
        out.attribute("x", x)
        out.attribute("y", y)
        out.raw(">")
        out.text(content)
        out.raw("</text>\n")
    }

    func title(_ content: String, _ out: inout Markup) { out.element("title", content) }
}
