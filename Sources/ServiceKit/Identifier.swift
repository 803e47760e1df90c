/// A typed 16-byte id (a UUID, big-endian). Its description shows the id and nothing else.
public struct Identifier<Kind>: Sendable, Hashable, Comparable, CustomStringConvertible {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// Nil unless there are exactly 16 bytes.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == 16 else { return nil }
        var high: UInt64 = 0
        var low: UInt64 = 0
        for (index, byte) in bytes.enumerated() {
            if index < 8 { high = high << 8 | UInt64(byte) } else { low = low << 8 | UInt64(byte) }
        }
        self.high = high
        self.low = low
    }

    /// Reads "0198c0de-…" in either case; nil for anything else.
    public init?(_ text: String) {
        var bytes: [UInt8] = []
        var pending: UInt8?
        for (index, character) in text.utf8.enumerated() {
            if [8, 13, 18, 23].contains(index) {
                guard character == 0x2d else { return nil }
                continue
            }
            let digit: UInt8
            switch character {
            case 0x30...0x39: digit = character - 0x30
            case 0x61...0x66: digit = character - 0x61 + 10
            case 0x41...0x46: digit = character - 0x41 + 10
            default: return nil
            }
            if let first = pending {
                bytes.append(first << 4 | digit)
                pending = nil
            } else {
                pending = digit
            }
        }
        guard text.utf8.count == 36 else { return nil }
        self.init(bytes)
    }

    /// The 16 bytes.
    public var bytes: [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(16)
        for word in [high, low] {
            for shift in stride(from: 56, through: 0, by: -8) {
                result.append(UInt8(truncatingIfNeeded: word >> shift))
            }
        }
        return result
    }

    public var description: String {
        let digits = Array("0123456789abcdef")
        var text = ""
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text.append("-") }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        return text
    }

    public static func < (left: Self, right: Self) -> Bool { (left.high, left.low) < (right.high, right.low) }
}

/// What ids name.
public enum Named {
    public enum Child {}
    public enum Person {}
    public enum Institution {}
    public enum Post {}
    public enum Resource {}
    public enum Template {}
    public enum Team {}
    public enum Signal {}
    public enum Import {}
    public enum Case {}
    public enum Need {}
    public enum Attempt {}
    public enum Report {}
    public enum Training {}
    public enum Session {}
    public enum Registration {}
    public enum Link {}
    public enum Task {}
    public enum Operation {}
    public enum Event {}
}

public typealias ChildID = Identifier<Named.Child>
public typealias PersonID = Identifier<Named.Person>
public typealias InstitutionID = Identifier<Named.Institution>
public typealias PostID = Identifier<Named.Post>
public typealias ResourceID = Identifier<Named.Resource>
public typealias TemplateID = Identifier<Named.Template>
public typealias TeamID = Identifier<Named.Team>
public typealias SignalID = Identifier<Named.Signal>
public typealias ImportID = Identifier<Named.Import>
public typealias CaseID = Identifier<Named.Case>
public typealias NeedID = Identifier<Named.Need>
public typealias AttemptID = Identifier<Named.Attempt>
public typealias ReportID = Identifier<Named.Report>
public typealias TrainingID = Identifier<Named.Training>
public typealias SessionID = Identifier<Named.Session>
public typealias RegistrationID = Identifier<Named.Registration>
public typealias LinkID = Identifier<Named.Link>
/// Made by the caller before the first try of a change; UUIDv7.
public typealias OperationID = Identifier<Named.Operation>
/// UUIDv7.
public typealias EventID = Identifier<Named.Event>
