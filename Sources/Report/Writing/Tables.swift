import Output

extension Markup {
    /// A table that scrolls by itself where it is wider than the screen, by keys too.
    ///
    /// - Parameters:
    ///   - box: the class of what scrolls.
    ///   - identity: by which a button finds it.
    mutating func table(
        _ style: Literal, in box: Literal = "scroll", identity: String? = nil, columns: [Column],
        _ rows: (inout Markup) -> Void
    ) {
        raw("<div tabindex=\"0\" class=\"" + box + "\"><table class=\"" + style + "\"")
        if let identity { attribute("id", identity) }
        raw(">\n<thead><tr>")
        for column in columns {
            raw(column.kind == .number ? "<th scope=\"col\" class=\"n\">" : "<th scope=\"col\">")
            text(column.name, atMost: Limits.name)
            raw("</th>")
        }
        raw("</tr></thead>\n<tbody>\n")
        rows(&self)
        raw("</tbody></table></div>\n")
    }
}
