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
                try takeOffer(body, id, child: child, from: other, in: partition, transaction)
            }
            return
        }
        guard var handOver = kept?.handOver, handOver.other == other else {
            throw ServiceError(.conflict, "hand-over-unknown", "No such hand-over is under way here.")
        }
        guard let next = handOver.state(after: step) else { return }
        handOver.state = next
        switch step {
        case .accepted:
            // Checked there too: here the child is lost by it.
            guard PersonID(body.personID) == handOver.namedPerson else {
                throw ServiceError(.conflict, "other-person", "Somebody else than was asked has accepted.")
            }
            noteAnswer(body, &handOver)
            if try hasOpenCase(handOver.child, transaction) {
                handOver.state = .withdrawn
                handOver.answerCode = HandOver.caseOpen
                try tell(
                    .withdrawn, handOver, by: nil, code: HandOver.caseOpen, from: partition, transaction)
            } else {
                try giveAway(handOver, partition: partition, transaction)
            }
        case .declined: noteAnswer(body, &handOver)
        case .withdrawn: handOver.answerCode = body.code
        case .handedOver:
            let sealed = HandOverParcel.Sealed(key: Array(body.key), bytes: Array(body.sealed))
            let parcel = try HandOverParcel(sealed, handOver.route(of: step, in: partition), kit.vault)
            let there = handOver
            handOver.child = try receive(parcel, handOver, partition: partition, transaction)
            try tell(.arrived, there, by: nil, from: partition, transaction)
        case .arrived:
            for one in try DuplicateStore.identities(transaction).all(for: handOver.child) {
                try forget(one, transaction)
            }
        case .offered: break
        }
        try HandOverStore.update(handOver, at: kit.clock.now(), transaction)
    }

    private func noteAnswer(_ body: EventHandOver, _ handOver: inout HandOver) {
        handOver.answeredBy = PersonID(body.personID)
        (handOver.answeredRole, handOver.answerCode) = (body.role, body.code)
    }

    /// Help that is under way stays with those who give it: the child does not go while a case is open here.
    func hasOpenCase(_ child: ChildID, _ transaction: any Transaction) throws -> Bool {
        let open = try DuplicateStore.childrenWithOpenCases(transaction)
        return try DuplicateStore.identities(transaction).all(for: child).contains(where: open.contains)
    }

    private func takeOffer(
        _ body: EventHandOver, _ id: HandOverID, child: ChildID, from other: String, in partition: String,
        _ transaction: any Transaction
    ) throws {
        let handOver = HandOver(
            id: id, isIncoming: true, child: child, other: other,
            namedPerson: try RegistryMessages.id(body.namedPersonID, "named_person_id"), reason: body.code,
            parts: body.parts, state: .offered,
            offeredBy: try RegistryMessages.id(body.personID, "person_id"), offeredRole: body.role)
        let sealed = HandOverParcel.Sealed(key: Array(body.key), bytes: Array(body.sealed))
        // What does not open is no offer: it is set aside here and never stands in the list.
        _ = try HandOverParcel(sealed, handOver.route(of: .offered, in: partition), kit.vault)
        try HandOverStore.add(
            HandOverStore.Kept(
                handOver: handOver, key: sealed.key, cover: sealed.bytes,
                offeredAt: kit.clock.now(), changedAt: kit.clock.now()), transaction)
    }

    /// The record goes; here the child is open to nobody any more, and what is kept is a trace. A child with several
    /// records goes with all of them.
    private func giveAway(
        _ handOver: HandOver, partition: String, _ transaction: any Transaction
    ) throws {
        let seal = ChildSeal(vault: kit.vault, partition: partition)
        guard let given = try ChildStore.child(handOver.child, transaction), given.placement.isHere
        else { throw ServiceError(.conflict, "child-not-here", "The child of the hand-over is not here.") }
        let content = try seal.content(of: given, in: transaction)
        let writer = ChildWriter(
            kit, seal,
            Author(system: kit.service, person: handOver.offeredBy, role: handOver.offeredRole))
        var marks: [ChildMark] = []
        for id in try DuplicateStore.identities(transaction).all(for: handOver.child) {
            guard var record = try ChildStore.child(id, transaction), record.placement.isHere,
                let sealed = try ChildStore.sealed(id, transaction)
            else { continue }
            marks += try ChildStore.marks(of: id, transaction).map {
                try seal.mark($0, subjectKey: record.subjectKey)
            }
            let content = try seal.content(of: record, in: transaction)
            record.version += 1
            record.handedOver = kit.clock.today().description
            record.placement.left = true
            record.placement.isHere = false
            try ChildStore.save(record, sealed, left: content.left, at: kit.clock.now(), transaction)
            try writer.addVersion(of: record, content, action: "handed-over", fields: [], transaction)
            try writer.endLinks(of: id, given: nil, in: transaction)
            // Those that the child brings back, should it come back, hold then: what is true by then.
            try ChildStore.endMarks(of: id, on: kit.clock.today(), transaction)
            try kit.emit(
                RegistryEvents.placed(record.placement), child: id, partition: partition, in: transaction)
        }
        let parcel = try HandOverParcel(
            content: HandOver.travelling(content, parts: handOver.parts), marks: marks
        ).sealed(handOver.route(of: .handedOver, in: partition), kit.vault)
        try tell(.handedOver, handOver, by: nil, sealed: parcel, from: partition, transaction)
    }

    /// The child has arrived there: here the key goes with which all was sealed, and what it sealed. Who changed what and
    /// when, who looked, and the keyed hashes by which an old file's rows are known, stay.
    private func forget(_ child: ChildID, _ transaction: any Transaction) throws {
        guard let record = try ChildStore.child(child, transaction), !record.placement.isHere else { return }
        try ChildStore.forgetContent(of: child, transaction)
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
        for var mark in parcel.marks {
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
