import Contracts
import ServiceKit
import SwiftProtobuf

/// What travels between two partitions with a step of a hand-over. It is sealed under a key made for this step alone and
/// wrapped by the receiving partition's key, so that the row of an event opens with nothing that the sending partition
/// or the relay holds; and it is bound to the hand-over and the step, so that one cannot be put in place of another.
struct HandOverParcel: Sendable {
    var content: ChildContent
    var marks: [ChildMark] = []
    var note = ""

    struct Sealed: Sendable {
        /// Wrapped by the receiving partition's key.
        var key: [UInt8]
        var bytes: [UInt8]
    }

    func sealed(_ step: HandOver.Step, of id: HandOverID, to partition: String, _ vault: any Vault) throws
        -> Sealed
    {
        var message = RegistryHandOverParcel()
        message.content = RegistryMessages.message(content)
        message.marks = marks.map { RegistryMessages.message($0) }
        message.note = note
        let key = try vault.newSubjectKey(in: partition)
        return Sealed(
            key: key,
            bytes: try vault.seal(
                try message.serializedBytes(), subjectKey: key, context: Self.context(step, id),
                in: partition))
    }

    /// Opens what was sealed to `partition`; the marks are the child's there.
    init(
        _ sealed: Sealed, _ step: HandOver.Step, of id: HandOverID, child: ChildID, in partition: String,
        _ vault: any Vault
    ) throws {
        let plain = try vault.open(
            sealed.bytes, subjectKey: sealed.key, context: Self.context(step, id), in: partition)
        let message = try RegistryHandOverParcel(serializedBytes: plain)
        content = try RegistryMessages.content(message.content)
        marks = try message.marks.map { mark in
            ChildMark(
                id: try RegistryMessages.id(mark.markID, "mark_id"), child: child, kind: mark.kind,
                toward: mark.toward, ground: mark.ground, setOn: mark.setOn,
                setBy: try RegistryMessages.id(mark.setBy, "set_by"), setRole: mark.setRole,
                reviewOn: mark.reviewOn)
        }
        note = message.note
    }

    init(content: ChildContent, marks: [ChildMark] = [], note: String = "") {
        self.content = content
        self.marks = marks
        self.note = note
    }

    private static func context(_ step: HandOver.Step, _ id: HandOverID) -> String {
        "hand-over/\(id)/\(step.rawValue)"
    }
}
