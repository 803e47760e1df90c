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

    /// Lower-case hexadecimal in the usual groups: 8-4-4-4-12.
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
    /// A child in Registry.
    public enum Child {}
    /// A person who acts: a holder of a post, or another user of the system.
    public enum Person {}
    /// A school, a kindergarten or another institution.
    public enum Institution {}
    /// A post at an institution or municipality, filled or vacant.
    public enum Post {}
    /// Help that can be asked for.
    public enum Resource {}
    /// A municipality's process template.
    public enum Template {}
    /// An institution's support team.
    public enum Team {}
    /// An alarm of the weekly pass or a person's concern.
    public enum Signal {}
    /// One import of a journal file.
    public enum Import {}
    /// Help for one child as a whole.
    public enum Case {}
    /// What a child needs, within a case.
    public enum Need {}
    /// One try to get help from one recipient.
    public enum Attempt {}
    /// A report of a child in need.
    public enum Report {}
    /// A training for support teams: one or more sessions.
    public enum Training {}
    /// One meeting of a training.
    public enum Session {}
    /// One person at one training.
    public enum Registration {}
    /// A specialist's link with a child, which opens the child's data to that person.
    public enum Link {}
    /// Something that waits for a person.
    public enum Task {}
    /// One intended change.
    public enum Operation {}
    /// One event of an outbox, or one entry of the audit.
    public enum Event {}
}

/// A child, the same in all services.
public typealias ChildID = Identifier<Named.Child>
/// A person, the same in all services.
public typealias PersonID = Identifier<Named.Person>
/// An institution, the same in all services.
public typealias InstitutionID = Identifier<Named.Institution>
/// A post, the same in all services.
public typealias PostID = Identifier<Named.Post>
/// Help that can be asked for, as Registry lists it.
public typealias ResourceID = Identifier<Named.Resource>
/// A municipality's process template.
public typealias TemplateID = Identifier<Named.Template>
/// An institution's support team.
public typealias TeamID = Identifier<Named.Team>
/// An alarm or a concern.
public typealias SignalID = Identifier<Named.Signal>
/// One import of a journal file into RiskScoring.
public typealias ImportID = Identifier<Named.Import>
/// A case of ReferralRouting.
public typealias CaseID = Identifier<Named.Case>
/// A need within a case.
public typealias NeedID = Identifier<Named.Need>
/// One try to get help for a need.
public typealias AttemptID = Identifier<Named.Attempt>
/// A report of a child in need.
public typealias ReportID = Identifier<Named.Report>
/// A training of one or more sessions.
public typealias TrainingID = Identifier<Named.Training>
/// One meeting of a training.
public typealias SessionID = Identifier<Named.Session>
/// One person at one training.
public typealias RegistrationID = Identifier<Named.Registration>
/// A specialist's link with a child.
public typealias LinkID = Identifier<Named.Link>
/// Made by the caller before the first try of a change; UUIDv7.
public typealias OperationID = Identifier<Named.Operation>
/// UUIDv7.
public typealias EventID = Identifier<Named.Event>
