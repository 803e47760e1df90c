/// Reads JSON strictly by RFC 8259 (UTF-8, a byte order mark is passed over) and refuses what cannot be kept:
/// names that come twice, halves of surrogate pairs, nesting and numbers beyond the limits. Never traps.
public struct JSONReader {
    /// What a document may be at most.
    public struct Limits: Sendable {
        /// Of the whole document.
        public var bytes = 64 << 20
        /// Objects and lists in each other.
        public var depth = 64
        /// Of one number as it is spelled.
        public var numberBytes = 400

        /// 64 MiB, 64 levels, 400 bytes.
        public init() {}
    }

    private let bytes: UnsafeBufferPointer<UInt8>
    private let limits: Limits
    private let file: String
    private var index = 0

    /// The value that these bytes hold; the finding says where reading stopped and why.
    public static func read(
        _ bytes: [UInt8], file: String, limits: Limits = Limits()
    ) throws(Finding) -> JSONValue {
        guard bytes.count <= limits.bytes else { throw .jsonTooLarge(file, maximum: limits.bytes) }
        let result: Result<JSONValue, Finding> = bytes.withUnsafeBufferPointer { bytes in
            var reader = JSONReader(bytes: bytes, limits: limits, file: file)
            do throws(Finding) { return .success(try reader.document()) } catch { return .failure(error) }
        }
        return try result.get()
    }

    private init(bytes: UnsafeBufferPointer<UInt8>, limits: Limits, file: String) {
        self.bytes = bytes
        self.limits = limits
        self.file = file
    }

    private mutating func document() throws(Finding) -> JSONValue {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
        skipSpace()
        guard index < bytes.count else { throw fault(.empty) }
        let value = try value(depth: 0)
        skipSpace()
        guard index == bytes.count else { throw fault(.trailing) }
        return value
    }

    private func fault(_ reason: Finding.JSONReason) -> Finding {
        var line = 1
        var start = 0
        for place in 0..<min(index, bytes.count) where bytes[place] == 0x0A {
            line += 1
            start = place + 1
        }
        return .json(reason, file: file, line: line, byte: min(index, bytes.count) - start + 1)
    }

    private mutating func skipSpace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x0A, 0x0D, 0x09: index += 1
            default: return
            }
        }
    }

    private mutating func value(depth: Int) throws(Finding) -> JSONValue {
        guard depth <= limits.depth else { throw fault(.tooDeep(limits.depth)) }
        guard index < bytes.count else { throw fault(.ended) }
        switch bytes[index] {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .text(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), 0x30...0x39: return try number()
        default: throw fault(.valueExpected)
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(Finding) -> JSONValue {
        let length = word.utf8CodeUnitCount
        let same =
            bytes.count - index >= length
            && word.withUTF8Buffer { $0.elementsEqual(bytes[index..<index + length]) }
        guard same else { throw fault(.valueExpected) }
        index += length
        return value
    }

    private mutating func object(depth: Int) throws(Finding) -> JSONValue {
        index += 1
        var object = JSONObject()
        var seen: Set<String> = []
        skipSpace()
        if take("}") { return .object(object) }
        while true {
            guard index < bytes.count else { throw fault(.ended) }
            guard bytes[index] == UInt8(ascii: "\"") else { throw fault(.nameExpected) }
            let name = try string()
            guard isNew(name, in: object, &seen) else { throw fault(.duplicateName(name)) }
            skipSpace()
            guard take(":") else { throw fault(.colonExpected) }
            skipSpace()
            object.append(name, try value(depth: depth + 1))
            skipSpace()
            if take(",") {
                skipSpace()
            } else if take("}") {
                return .object(object)
            } else {
                throw fault(index < bytes.count ? .commaExpected : .ended)
            }
        }
    }

    /// Small objects are compared name by name; only large ones pay for a set.
    private func isNew(_ name: String, in object: JSONObject, _ seen: inout Set<String>) -> Bool {
        if object.members.count < 12 { return !object.members.contains { $0.name == name } }
        if seen.isEmpty { seen = Set(object.members.map(\.name)) }
        return seen.insert(name).inserted
    }

    private mutating func array(depth: Int) throws(Finding) -> JSONValue {
        index += 1
        var values: [JSONValue] = []
        skipSpace()
        if take("]") { return .array(values) }
        while true {
            values.append(try value(depth: depth + 1))
            skipSpace()
            if take(",") {
                skipSpace()
            } else if take("]") {
                return .array(values)
            } else {
                throw fault(index < bytes.count ? .commaExpected : .ended)
            }
        }
    }

    private mutating func take(_ sign: Unicode.Scalar) -> Bool {
        guard index < bytes.count, bytes[index] == UInt8(ascii: sign) else { return false }
        index += 1
        return true
    }

    private mutating func number() throws(Finding) -> JSONValue {
        let start = index
        _ = take("-")
        if !take("0") { guard digits() else { throw fault(.number) } }
        if take(".") { guard digits() else { throw fault(.number) } }
        if take("e") || take("E") {
            if !take("-") { _ = take("+") }
            guard digits() else { throw fault(.number) }
        }
        guard index - start <= limits.numberBytes else { throw fault(.numberTooLong(limits.numberBytes)) }
        return .number(String(decoding: bytes[start..<index], as: UTF8.self))
    }

    private mutating func digits() -> Bool {
        let start = index
        while index < bytes.count, 0x30...0x39 ~= bytes[index] { index += 1 }
        return index > start
    }

    private mutating func string() throws(Finding) -> String {
        index += 1
        let start = index
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                let text = try checked(bytes[start..<index])
                index += 1
                return text
            case UInt8(ascii: "\\"): return try escapedString(from: start)
            case 0..<0x20: throw fault(.controlCharacter)
            default: index += 1
            }
        }
        throw fault(.ended)
    }

    private func checked(_ slice: Slice<UnsafeBufferPointer<UInt8>>) throws(Finding) -> String {
        guard let text = String(validating: slice, as: UTF8.self) else { throw fault(.notUTF8) }
        return text
    }

    /// The rest of a string in which a backslash was met.
    private mutating func escapedString(from start: Int) throws(Finding) -> String {
        var buffer = Array(bytes[start..<index])
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: buffer, as: UTF8.self) else { throw fault(.notUTF8) }
                return text
            case UInt8(ascii: "\\"): try escape(into: &buffer)
            case 0..<0x20:
                index -= 1
                throw fault(.controlCharacter)
            default: buffer.append(byte)
            }
        }
        throw fault(.ended)
    }

    private mutating func escape(into buffer: inout [UInt8]) throws(Finding) {
        guard index < bytes.count else { throw fault(.ended) }
        let byte = bytes[index]
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): buffer.append(byte)
        case UInt8(ascii: "b"): buffer.append(0x08)
        case UInt8(ascii: "f"): buffer.append(0x0C)
        case UInt8(ascii: "n"): buffer.append(0x0A)
        case UInt8(ascii: "r"): buffer.append(0x0D)
        case UInt8(ascii: "t"): buffer.append(0x09)
        case UInt8(ascii: "u"): buffer.append(contentsOf: try scalar().utf8)
        default:
            index -= 1
            throw fault(.escape)
        }
    }

    private mutating func scalar() throws(Finding) -> Character {
        let first = try hexUnit()
        var code = UInt32(first)
        if 0xD800...0xDBFF ~= first {
            guard take("\\"), take("u") else { throw fault(.loneSurrogate) }
            let second = try hexUnit()
            guard 0xDC00...0xDFFF ~= second else { throw fault(.loneSurrogate) }
            code = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw fault(.loneSurrogate) }
        return Character(scalar)
    }

    private mutating func hexUnit() throws(Finding) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard index < bytes.count else { throw fault(.ended) }
            let byte = bytes[index]
            switch byte {
            case 0x30...0x39: unit = unit << 4 | UInt16(byte - 0x30)
            case 0x41...0x46: unit = unit << 4 | UInt16(byte - 0x41 + 10)
            case 0x61...0x66: unit = unit << 4 | UInt16(byte - 0x61 + 10)
            default: throw fault(.escape)
            }
            index += 1
        }
        return unit
    }
}
