import Contracts
import ServiceKit
import SwiftProtobuf

/// What travels between two partitions with a step of a hand-over. It is sealed under a key made for this step alone and
/// wrapped by the receiving partition's key, so that the row of an event opens with nothing that the sending partition
/// or the relay holds; and it is bound to its route, so that one cannot be put in place of another.
struct HandOverParcel: Sendable {
    var content: ChildContent
    var marks: [ChildMark] = []
    var note = ""

    struct Sealed: Sendable {
        /// Wrapped by the receiving partition's key.
        var key: [UInt8]
        var bytes: [UInt8]
    }

    /// What a parcel belongs to: it opens only as this step of this hand-over of this child, from there to there.
    struct Route: Sendable {
        var handOver: HandOverID
        var step: HandOver.Step
        /// As the sending side knows the child.
        var child: ChildID
        var from: String
        var to: String

        var context: String { "hand-over/\(handOver)/\(step.rawValue)/\(child)/\(from)/\(to)" }
    }

    func sealed(_ route: Route, _ vault: any Vault) throws -> Sealed {
        var message = RegistryHandOverParcel()
        message.content = RegistryMessages.message(content)
        message.marks = marks.map { RegistryMessages.message($0) }
        message.note = note
        let key = try vault.newSubjectKey(in: route.to)
        return Sealed(
            key: key,
            bytes: try vault.seal(
                try message.serializedBytes(), subjectKey: key, context: route.context, in: route.to))
    }

    /// Opens what came along that route; throws when it is another's, or was changed.
    init(_ sealed: Sealed, _ route: Route, _ vault: any Vault) throws {
        let plain = try vault.open(
            sealed.bytes, subjectKey: sealed.key, context: route.context, in: route.to)
        let message = try RegistryHandOverParcel(serializedBytes: plain)
        content = try RegistryMessages.content(message.content)
        marks = try message.marks.map { mark in
            ChildMark(
                id: try RegistryMessages.id(mark.markID, "mark_id"), child: route.child, kind: mark.kind,
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
}

extension HandOver {
    /// The way of a step that carries a parcel, seen from `partition`: always from who gives to who takes.
    func route(of step: Step, in partition: String) -> HandOverParcel.Route {
        HandOverParcel.Route(
            handOver: id, step: step, child: child, from: isIncoming ? other : partition,
            to: isIncoming ? partition : other)
    }
}
