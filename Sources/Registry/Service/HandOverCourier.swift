import Contracts
import ServiceKit
import Store

/// Carries a hand-over on when one side hears of the other's step. The sides are two partitions, which no transaction
/// spans: each step is one transaction in one of them, with the event to the other in it, and taking the same event twice
/// changes nothing.
///
/// offered (here, cover) → offered (there) → accepted (there) → handed over (here: the record goes) → arrived (there)
/// → arrived (here: the trace is complete). The record leaves only after somebody there has accepted, and is never in
/// both.
struct HandOverCourier {
    let kit: any Kit

    init(_ kit: any Kit) { self.kit = kit }

    /// Tells the other side of a step; `actor` nil: it follows from another step.
    func tell(
        _ step: HandOver.Step, _ handOver: HandOver, by actor: RegistryRules.Actor?, code: String = "",
        sealed: HandOverParcel.Sealed? = nil, from partition: String, _ transaction: any Transaction
    ) throws {
        var body = EventHandOver()
        body.handOverID = handOver.id.data
        body.step = step.rawValue
        if let actor {
            body.personID = actor.person.data
            body.role = actor.role
        }
        body.code = code
        if step == .offered {
            body.namedPersonID = handOver.namedPerson.data
            body.code = handOver.reason
            body.parts = handOver.parts
        }
        if let sealed {
            body.key = .init(sealed.key)
            body.sealed = .init(sealed.bytes)
        }
        try kit.emit(
            .handOver(body), child: handOver.child, partition: partition, to: handOver.other, in: transaction)
    }

    /// Takes in what the other side did.
    func take(
        _ body: EventHandOver, child: ChildID, from other: String, partition: String,
        _ transaction: any Transaction
    ) throws {
        let id: HandOverID = try RegistryMessages.id(body.handOverID, "hand_over_id")
        guard let step = HandOver.Step(rawValue: body.step) else {
            throw ServiceError(.invalid, "step-unknown", "The hand-over's step is not known here.")
        }
        let kept = try HandOverStore.handOver(id, transaction)
        if step == .offered {
            if kept == nil {
                try takeOffer(body, id, child: child, from: other, transaction)
            }
            return
        }
        guard var handOver = kept?.handOver, handOver.other == other else {
            throw ServiceError(.conflict, "hand-over-unknown", "No such hand-over is under way here.")
        }
        guard let next = handOver.state(after: step) else { return }
        handOver.state = next
        switch step {
        case .accepted, .declined:
            handOver.answeredBy = PersonID(body.personID)
            (handOver.answeredRole, handOver.answerCode) = (body.role, body.code)
            if step == .accepted { try giveAway(handOver, partition: partition, transaction) }
        case .handedOver:
            let sealed = HandOverParcel.Sealed(key: Array(body.key), bytes: Array(body.sealed))
            let parcel = try HandOverParcel(sealed, step, of: id, child: child, in: partition, kit.vault)
            let there = handOver
            handOver.child = try receive(parcel, handOver, partition: partition, transaction)
            try tell(.arrived, there, by: nil, from: partition, transaction)
        case .offered, .withdrawn, .arrived: break
        }
        try HandOverStore.update(handOver, at: kit.clock.now(), transaction)
    }

    private func takeOffer(
        _ body: EventHandOver, _ id: HandOverID, child: ChildID, from other: String,
        _ transaction: any Transaction
    ) throws {
        let handOver = HandOver(
            id: id, isIncoming: true, child: child, other: other,
            namedPerson: try RegistryMessages.id(body.namedPersonID, "named_person_id"), reason: body.code,
            parts: body.parts, state: .offered,
            offeredBy: try RegistryMessages.id(body.personID, "person_id"), offeredRole: body.role)
        try HandOverStore.add(
            HandOverStore.Kept(
                handOver: handOver, key: Array(body.key), cover: Array(body.sealed),
                offeredAt: kit.clock.now(), changedAt: kit.clock.now()), transaction)
    }

    /// The record goes; here the child is open to nobody any more, and what is kept is a trace.
    private func giveAway(
        _ handOver: HandOver, partition: String, _ transaction: any Transaction
    ) throws {
        let seal = ChildSeal(vault: kit.vault, partition: partition)
        guard var record = try ChildStore.child(handOver.child, transaction), record.placement.isHere,
            let sealed = try ChildStore.sealed(handOver.child, transaction)
        else { throw ServiceError(.conflict, "child-not-here", "The child of the hand-over is not here.") }
        let content = try seal.content(of: record, in: transaction)
        let marks = try ChildStore.marks(of: record.id, transaction).map {
            try seal.mark($0, subjectKey: record.subjectKey)
        }
        let parcel = try HandOverParcel(
            content: HandOver.travelling(content, parts: handOver.parts), marks: marks
        ).sealed(.handedOver, of: handOver.id, to: handOver.other, kit.vault)
        let writer = ChildWriter(
            kit, seal,
            Author(system: kit.service, person: handOver.offeredBy, role: handOver.offeredRole))
        record.version += 1
        record.handedOver = kit.clock.today().description
        record.placement.left = true
        record.placement.isHere = false
        try ChildStore.save(record, sealed, left: content.left, at: kit.clock.now(), transaction)
        try writer.addVersion(of: record, content, action: "handed-over", fields: [], transaction)
        try writer.endLinks(of: record.id, given: nil, in: transaction)
        try kit.emit(
            RegistryEvents.placed(record.placement), child: record.id, partition: partition, in: transaction)
        try tell(.handedOver, handOver, by: nil, sealed: parcel, from: partition, transaction)
    }

    /// The child is here: under the same id, or under the one by which a school here had brought it already. Gives the
    /// id.
    private func receive(
        _ parcel: HandOverParcel, _ handOver: HandOver, partition: String, _ transaction: any Transaction
    ) throws -> ChildID {
        let seal = ChildSeal(vault: kit.vault, partition: partition)
        let arriving = HandOver.arriving(parcel.content, from: handOver.other, in: partition)
        let byCode = try seal.hash(isikukood: arriving.isikukood).flatMap {
            try ChildStore.child(codeHash: $0, transaction)
        }
        let known = try byCode ?? ChildStore.child(handOver.child, transaction)
        var change = ChildWriter.Change(
            content: arriving, institutionKind: "", action: "arrived", fields: [], tell: true,
            id: handOver.child)
        var before = ChildContent()
        if let known, known.placement.isHere {
            before = try seal.content(of: known, in: transaction)
            change.content = HandOver.merged(before, with: arriving)
            change.institutionKind = known.placement.institutionKind
            change.tell = false
        }
        // An id of another system that is another child's here stays with that child.
        change.content.otherIDs = try change.content.otherIDs.filter { other in
            let holder = try ChildStore.child(otherID: try seal.hash(other), transaction)
            return holder == nil || holder == known?.id
        }
        change.fields = change.content.fields(differingFrom: before).map(\.rawValue)
        let author = Author(
            system: kit.service, person: handOver.answeredBy, role: handOver.answeredRole)
        let record = try ChildWriter(kit, seal, author).write(change, over: known, in: transaction)
        let here = Set(try ChildStore.marks(of: record.id, transaction).map(\.mark.id))
        for var mark in parcel.marks where !here.contains(mark.id) {
            // Of an earlier stay the same mark may be kept here, ended: this is a new one.
            mark.id = kit.newID(RegistryNamed.Mark.self)
            mark.child = record.id
            try ChildStore.add(
                mark,
                texts: try seal.seal(
                    [mark.toward, mark.ground], "mark/\(mark.id)", record.id, record.subjectKey),
                transaction)
        }
        return record.id
    }
}
