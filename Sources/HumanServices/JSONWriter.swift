/// Writes JSON as UTF-8: numbers as they were spelled, members in their order, nothing escaped that need not
/// be.
public enum JSONWriter {
    /// The bytes of a value. `indent`: spaces for each level; nil: all in one line.
    public static func bytes(_ value: JSONValue, indent: Int? = 2) -> [UInt8] {
        var out: [UInt8] = []
        write(value, indent: indent, level: 0, &out)
        if indent != nil { out.append(0x0A) }
        return out
    }

    private static func write(_ value: JSONValue, indent: Int?, level: Int, _ out: inout [UInt8]) {
        switch value {
        case .null: out.append(contentsOf: "null".utf8)
        case .bool(let flag): out.append(contentsOf: (flag ? "true" : "false").utf8)
        case .number(let spelled): out.append(contentsOf: spelled.utf8)
        case .text(let text): quote(text, &out)
        case .array(let values):
            list(values, "[", "]", indent, level, &out) { write($0, indent: indent, level: level + 1, &$1) }
        case .object(let object):
            list(object.members, "{", "}", indent, level, &out) { member, out in
                quote(member.name, &out)
                out.append(contentsOf: (indent == nil ? ":" : ": ").utf8)
                write(member.value, indent: indent, level: level + 1, &out)
            }
        }
    }

    private static func list<Element>(
        _ elements: [Element], _ open: Unicode.Scalar, _ close: Unicode.Scalar, _ indent: Int?, _ level: Int,
        _ out: inout [UInt8], _ each: (Element, inout [UInt8]) -> Void
    ) {
        out.append(UInt8(ascii: open))
        for (place, element) in elements.enumerated() {
            if place > 0 { out.append(UInt8(ascii: ",")) }
            newLine(indent, level + 1, &out)
            each(element, &out)
        }
        if !elements.isEmpty { newLine(indent, level, &out) }
        out.append(UInt8(ascii: close))
    }

    private static func newLine(_ indent: Int?, _ level: Int, _ out: inout [UInt8]) {
        guard let indent else { return }
        out.append(0x0A)
        out.append(contentsOf: repeatElement(0x20, count: indent * level))
    }

    private static func quote(_ text: String, _ out: inout [UInt8]) {
        out.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                out.append(UInt8(ascii: "\\"))
                out.append(byte)
            case 0x0A: out.append(contentsOf: "\\n".utf8)
            case 0x0D: out.append(contentsOf: "\\r".utf8)
            case 0x09: out.append(contentsOf: "\\t".utf8)
            case 0..<0x20:
                out.append(contentsOf: "\\u00".utf8)
                out.append(hex(byte >> 4))
                out.append(hex(byte & 0x0F))
            default: out.append(byte)
            }
        }
        out.append(UInt8(ascii: "\""))
    }

    private static func hex(_ half: UInt8) -> UInt8 { half < 10 ? 0x30 + half : 0x61 + half - 10 }
}
