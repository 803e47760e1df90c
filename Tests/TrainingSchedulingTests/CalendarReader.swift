/// Reads iCalendar bytes strictly by RFC 5545, to check the writer: knows nothing of it.
struct CalendarReader {
    struct Broken: Error, CustomStringConvertible {
        var description: String
        init(_ description: String) { self.description = description }
    }

    struct Property: Equatable {
        var name: String
        var parameters: [String: String] = [:]
        var value: String
    }

    struct Component {
        var name: String
        var properties: [Property] = []
        var parts: [Component] = []

        func value(_ name: String) throws -> String {
            let found = properties.filter { $0.name == name }
            guard found.count == 1 else { throw Broken("\(found.count) times \(name) in \(self.name)") }
            return found[0].value
        }

        func property(_ name: String) -> Property? { properties.first { $0.name == name } }
    }

    /// Lines as they are on the wire, each at most 75 octets and whole UTF-8, without their CRLF.
    static func physicalLines(_ bytes: [UInt8]) throws -> [[UInt8]] {
        var lines: [[UInt8]] = [[]]
        var index = 0
        while index < bytes.count {
            if bytes[index] == 13 {
                guard index + 1 < bytes.count, bytes[index + 1] == 10 else { throw Broken("CR without LF") }
                lines.append([])
                index += 2
                continue
            }
            guard bytes[index] != 10 else { throw Broken("LF without CR") }
            guard bytes[index] >= 32 || bytes[index] == 9, bytes[index] != 127 else {
                throw Broken("control character")
            }
            lines[lines.count - 1].append(bytes[index])
            index += 1
        }
        guard lines.removeLast().isEmpty else { throw Broken("no CRLF at the end") }
        for line in lines {
            guard line.count <= 75 else { throw Broken("line of \(line.count) octets") }
            guard String(validating: line, as: UTF8.self) != nil else { throw Broken("cut character") }
        }
        return lines
    }

    static func read(_ text: String) throws -> Component {
        var logical: [[UInt8]] = []
        for line in try physicalLines(Array(text.utf8)) {
            if line.first == 32 || line.first == 9 {
                guard !logical.isEmpty else { throw Broken("begins with a continuation") }
                logical[logical.count - 1] += line.dropFirst()
            } else {
                logical.append(line)
            }
        }
        var open: [Component] = []
        for line in logical {
            let property = try property(String(decoding: line, as: UTF8.self))
            switch property.name {
            case "BEGIN": open.append(Component(name: property.value))
            case "END":
                guard let done = open.popLast(), done.name == property.value else {
                    throw Broken("END of another")
                }
                if open.isEmpty {
                    guard line == logical.last else { throw Broken("something behind the end") }
                    return done
                }
                open[open.count - 1].parts.append(done)
            default:
                guard !open.isEmpty else { throw Broken("property outside a component") }
                open[open.count - 1].properties.append(property)
            }
        }
        throw Broken("no END")
    }

    private static func property(_ line: String) throws -> Property {
        guard let colon = line.firstIndex(of: ":") else { throw Broken("no colon") }
        let head = line[..<colon].split(separator: ";", omittingEmptySubsequences: false)
        guard let name = head.first, !name.isEmpty,
            name.utf8.allSatisfy({ (65...90).contains($0) || $0 == 45 })
        else { throw Broken("no name") }
        var property = Property(name: String(name), value: String(line[line.index(after: colon)...]))
        for parameter in head.dropFirst() {
            let pair = parameter.split(separator: "=", maxSplits: 1)
            guard pair.count == 2 else { throw Broken("parameter without value") }
            property.parameters[String(pair[0])] = String(pair[1])
        }
        return property
    }

    /// The text that a TEXT value means.
    static func unescaped(_ value: String) throws -> String {
        var result = ""
        var escaped = false
        for scalar in value.unicodeScalars {
            if escaped {
                switch scalar {
                case "n", "N": result += "\n"
                case "\\", ";", ",": result.unicodeScalars.append(scalar)
                default: throw Broken("unknown escape")
                }
                escaped = false
            } else if scalar == "\\" {
                escaped = true
            } else if scalar == ";" || scalar == "," {
                throw Broken("not escaped: \(scalar)")
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        guard !escaped else { throw Broken("escape at the end") }
        return result
    }
}
