import ServiceKit
import Store

/// What other services tell, taken into the partition where it happened. Each is idempotent by content.
extension ReferralService {
    func childPlaced(_ place: ChildPlace, _ store: ReferralStore) throws {
        let before = try store.child(place.child)
        try store.put(place)
        guard let record = try store.openCase(of: place.child), before != place else { return }
        var edit = computed(record)
        if let institution = place.institution, institution != record.institution, !place.left {
            edit.record.institution = institution
            edit.tell("child-placed", detail: "other-institution")
        } else if place.left, before?.left != true {
            edit.tell("child-placed", detail: "left-institution")
        }
        try store.write(edit)
    }

    func childLinked(
        _ child: ChildID, person: PersonID, role: String, from: LocalDate, until: LocalDate?,
        _ store: ReferralStore
    ) throws {
        try store.putLink(child: child, person: person, role: role, from: from, until: until)
        // A link may be told with the day on which it will end.
        let isOpen = until.map { $0 > kit.clock.today() } ?? true
        let code = isOpen ? "specialist-linked" : "specialist-unlinked"
        let subject = person.bytes + Array(" \(role) \(from) \(until?.description ?? "")".utf8)
        try store.add(
            NoticeRecord(at: kit.clock.now(), code: code), child: child, subject: subject, decider: nil)
    }

    func signalRaised(_ signal: SignalRecord, _ store: ReferralStore) throws {
        if let known = try store.signal(signal.id), known.record.state != "withdrawn" { return }
        try store.put(signal, case: nil)
    }

    /// When somebody has to look at a signal of that kind, raised today.
    func signalDue(kind: String) -> LocalDate {
        let today = kit.clock.today()
        let set = DeadlineRules.inForce(on: today)
        return DeadlineRules.end(
            of: kind == "concern" ? set.acknowledgeConcern : set.acknowledgeAlarm, after: today, calendar)
    }

    /// A person decided on a signal: confirmed, it opens a case at the first level or joins the open one.
    func signalDecided(
        _ decided: SignalRecord, by person: PersonID?, role: String, needCodes: [String],
        _ store: ReferralStore
    ) throws {
        // Only people decide about children: without one it waits until the sender is mended.
        guard person != nil else { throw ReferralError.personNeeded }
        var signal = decided
        if let known = try store.signal(decided.id) {
            guard known.caseID == nil else { return }
            signal.className = known.record.className
            signal.due = known.record.due
        }
        guard decided.state == "confirmed" else { return try store.put(signal, case: nil) }
        let caseID: CaseID
        var edit: CaseEdit
        if let open = try store.openCase(of: signal.child) {
            caseID = open.id
            edit = computed(open, person: person, role: role)
            try store.put(signal, case: caseID)
            edit.tell("signal-joined", detail: signal.code)
        } else {
            caseID = derivedID("case", signal.id.bytes)
            let child = try store.child(signal.child)
            let record = CaseRecord(
                id: caseID, child: signal.child, institution: signal.institution ?? child?.institution,
                opened: kit.clock.today(), version: 0)
            try store.insert(record)
            try store.put(signal, case: caseID)
            edit = computed(record, person: person, role: role)
            edit.tell("opened", detail: signal.code)
            edit.notify("case-opened", subject: caseID.bytes)
            try kit.emit(
                ReferralEvents.caseOpened(record, signal: signal.id), child: signal.child,
                partition: store.partition, in: store.transaction)
        }
        edit.notify("signal-confirmed", subject: signal.id.bytes)
        for code in needCodes where CaseRules.needCodes.contains(code) {
            let need: NeedID = derivedID("need", signal.id.bytes + Array(code.utf8))
            edit.addNeed(need, code: code, isUrgent: false)
        }
        try store.write(edit)
    }

    /// The ground of a signal is gone: nobody has to look at it, or the people of its case judge what that
    /// means.
    func signalWithdrawn(_ id: SignalID, code: String, _ store: ReferralStore) throws {
        guard let (known, caseID) = try store.signal(id) else { return }
        if known.state == "raised" {
            var signal = known
            signal.state = "withdrawn"
            return try store.put(signal, case: nil)
        }
        guard known.state == "confirmed", let caseID, let record = try store.record(caseID), record.isOpen
        else { return }
        var signal = known
        signal.state = "withdrawn"
        try store.put(signal, case: caseID)
        var edit = computed(record)
        edit.tell("signal-withdrawn", detail: code)
        try store.write(edit)
    }

    private func computed(_ record: CaseRecord, person: PersonID? = nil, role: String = "") -> CaseEdit {
        CaseEdit(
            record, at: kit.clock.now(), person: person, role: role, today: kit.clock.today(),
            calendar: calendar)
    }
}
