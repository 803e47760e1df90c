/// A bar chart as inline SVG: a title and a description for those who do not see it, the numbers beside the bars for those
/// who do. What is not told has a hatched mark of one length, so that nothing can be measured from it.
struct FactSheetChart {
    struct Bar {
        var label: String
        var number: FactNumber
    }

    /// Unique in the page.
    var id: String
    var title: String
    var bars: [Bar]
    var language: FactSheetLanguage

    private static let width = 680
    private static let labelWidth = 270
    private static let barMax = 300
    private static let step = 30

    var svg: String {
        let most = max(1, bars.compactMap(\.number.length).max() ?? 1)
        let height = bars.count * Self.step + 8
        let description = bars.map { "\($0.label): \($0.number.text(language))" }.joined(separator: "; ")
        var parts = [
            "<svg role=\"img\" aria-labelledby=\"\(id)-t \(id)-d\" viewBox=\"0 0 \(Self.width) \(height)\">",
            "<title id=\"\(id)-t\">\(HTML.escaped(title))</title>",
            "<desc id=\"\(id)-d\">\(HTML.escaped(description)).</desc>",
            "<defs><pattern id=\"\(id)-h\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
                + "patternTransform=\"rotate(45)\"><rect width=\"3\" height=\"6\" class=\"hatch\"/></pattern></defs>",
        ]
        for (place, bar) in bars.enumerated() {
            let top = 4 + place * Self.step
            parts.append(
                "<text x=\"\(Self.labelWidth - 10)\" y=\"\(top + 17)\" text-anchor=\"end\">"
                    + "\(HTML.escaped(bar.label))</text>")
            var end = Self.labelWidth
            if let length = bar.number.length {
                let long = max(length == 0 ? 0 : 2, length * Self.barMax / most)
                end += long
                parts.append(
                    "<rect class=\"bar\" x=\"\(Self.labelWidth)\" y=\"\(top)\" width=\"\(long)\" height=\"22\"/>"
                )
            } else if bar.number != .missing {
                end += 24
                parts.append(
                    "<rect class=\"untold\" x=\"\(Self.labelWidth)\" y=\"\(top)\" width=\"24\" height=\"22\" "
                        + "fill=\"url(#\(id)-h)\"/>")
            }
            parts.append(
                "<text x=\"\(end + 8)\" y=\"\(top + 17)\">\(HTML.escaped(bar.number.text(language)))</text>")
        }
        parts.append("</svg>")
        return parts.joined(separator: "\n")
    }
}

/// Text inside HTML.
enum HTML {
    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "'": result += "&#39;"
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
