import Contracts
import ServiceKit
import Store

/// What a pass did.
struct PassResult: Sendable, Hashable {
    var children = 0
    var raised = 0
    var updated = 0
    var unchanged = 0
    /// Withdrawn, and expired, alarms.
    var withdrawn = 0
    var notEnoughData = 0
    var openByTrigger: [String: Int] = [:]
    /// The children whose alarms changed.
    var changed: [ChildID] = []

    /// The result as the operation keeps it: counts, then the children's ids.
    var kept: [[UInt8]] {
        var writer = PackedWriter()
        for number in [children, raised, updated, unchanged, withdrawn, notEnoughData, openByTrigger.count] {
            writer.varint(UInt64(max(0, number)))
        }
        for (code, count) in openByTrigger.sorted(by: { $0.key < $1.key }) {
            writer.text(code)
            writer.varint(UInt64(max(0, count)))
        }
        return [writer.bytes] + changed.map(\.bytes)
    }

    init() {}

    init(kept: [[UInt8]]) throws {
        var reader = PackedReader(kept.first ?? [])
        children = try reader.integer()
        raised = try reader.integer()
        updated = try reader.integer()
        unchanged = try reader.integer()
        withdrawn = try reader.integer()
        notEnoughData = try reader.integer()
        for _ in 0..<(try reader.integer()) {
            let code = try reader.text()
            openByTrigger[code] = try reader.integer()
        }
        changed = kept.dropFirst().compactMap { ChildID($0) }
    }
}

/// One run over a partition at a Monday, within one transaction: raises, updates and withdraws alarms.
struct WeeklyPass {
    let kit: any Kit
    let rules: AlarmRules
    let partition: String
    let asOf: Int32
    let store: RiskScoringStore
    private var result = PassResult()
    private var changed: Set<ChildID> = []

    /// Child, trigger and journal: one alarm.
    struct Key: Hashable {
        var child: ChildID
        var code: String
        var journal: String
    }

    init(kit: any Kit, rules: AlarmRules, partition: String, asOf: Int32, store: RiskScoringStore) {
        self.kit = kit
        self.rules = rules
        self.partition = partition
        self.asOf = asOf
        self.store = store
    }

    mutating func run() throws -> PassResult {
        let live = try store.liveAlarms()
        // An open alarm that is not found again is recounted in its own, older window.
        let oldest = live.filter { $0.state == .open }.map(\.asOf).min() ?? asOf
        let limit = asOf - Int32(clamping: (rules.expiryWeeks + 1) * 7)
        let from = max(min(oldest, asOf), limit) - Int32(clamping: rules.weeksMax * 7)
        let window = try JournalWindow(store, from: from, asOf: asOf)
        var standing: [ChildID: [SignalRow]] = [:]
        for alarm in live { standing[alarm.child, default: []].append(alarm) }
        let counted = try window.count(asOf: asOf, rules: rules)
        let before = try earlier(live, window, counted)
        for child in counted {
            result.children += 1
            if child.isNotEnough { result.notEnoughData += 1 }
            let pupil = window.pupils[child.pupil]
            try step(child, pupil, standing.removeValue(forKey: pupil.id) ?? [], before, window)
        }
        try store.notePass(asOf, at: kit.clock.now())
        for (code, count) in try store.openCountsByCode() { result.openByTrigger[code] = count }
        result.changed = changed.sorted()
        return result
    }

    /// For open alarms that are not found now: what their own window counts by today's data.
    private func earlier(
        _ live: [SignalRow], _ window: JournalWindow, _ counted: [JournalWindow.Counted]
    ) throws -> [SignalID: Measure] {
        var found: Set<Key> = []
        for child in counted {
            for measure in child.measures
            where measure.count >= rules[measure.trigger].limit && child.enough.contains(measure.trigger) {
                found.insert(key(measure, window.pupils[child.pupil].id, window))
            }
        }
        let lost = live.filter {
            $0.state == .open && $0.asOf <= asOf
                && !found.contains(Key(child: $0.child, code: $0.code, journal: $0.journal))
        }
        return try Self.recounted(lost, window, rules)
    }

    /// What the given alarms count in their own windows; an alarm whose window is not loaded keeps its count.
    static func recounted(
        _ alarms: [SignalRow], _ window: JournalWindow, _ rules: AlarmRules
    ) throws -> [SignalID: Measure] {
        var result: [SignalID: Measure] = [:]
        for (asOf, group) in Dictionary(grouping: alarms, by: \.asOf) {
            guard asOf - Int32(clamping: rules.weeksMax * 7) >= window.days.from else {
                for alarm in group { result[alarm.id] = assumed(alarm) }
                continue
            }
            let only = Set(group.compactMap { window.places[$0.child] })
            var byPupil: [Int: [Measure]] = [:]
            for counted in try window.count(asOf: asOf, only: only, rules: rules) {
                byPupil[counted.pupil] = counted.measures
            }
            for alarm in group {
                guard let place = window.places[alarm.child] else { continue }
                result[alarm.id] = byPupil[place]?.first { measure in
                    measure.trigger == alarm.trigger
                        && (window.subjects[measure.subject] ?? "") == alarm.journal
                }
            }
        }
        return result
    }

    private static func assumed(_ alarm: SignalRow) -> Measure? {
        alarm.trigger.map {
            Measure(
                trigger: $0, subject: 0, window: alarm.window, count: max(alarm.count, alarm.limit), facts: []
            )
        }
    }

    private mutating func step(
        _ child: JournalWindow.Counted, _ pupil: JournalWindow.Pupil, _ alarms: [SignalRow],
        _ before: [SignalID: Measure], _ window: JournalWindow
    ) throws {
        var rest = alarms
        for measure in child.measures {
            let journal = window.subjects[measure.subject] ?? ""
            let place = rest.firstIndex { $0.code == measure.trigger.rawValue && $0.journal == journal }
            let alarm = place.map { rest.remove(at: $0) }
            try apply(measure, alarm, child, pupil, before, window)
        }
        for alarm in rest { try apply(nil, alarm, child, pupil, before, window) }
    }

    private mutating func apply(
        _ measure: Measure?, _ alarm: SignalRow?, _ child: JournalWindow.Counted,
        _ pupil: JournalWindow.Pupil,
        _ before: [SignalID: Measure], _ window: JournalWindow
    ) throws {
        guard let trigger = measure?.trigger ?? alarm?.trigger else { return }
        let step = AlarmLife.step(
            alarm?.standing, now: measure, then: alarm.flatMap { before[$0.id] },
            enough: child.enough.contains(trigger), asOf: asOf, trigger: trigger, rules: rules)
        switch (step, measure, alarm) {
        case (.raise, .some(let measure), let old):
            if var old {
                old.isLive = false
                try store.save(old)
            }
            try raise(measure, pupil, window)
        case (.update, .some(let measure), .some(var alarm)):
            alarm.show(measure, limit: rules[trigger].limit, asOf: asOf, subjects: window.subjects)
            try note("updated", &alarm)
            result.updated += 1
        case (.renew, .some(let measure), .some(var alarm)):
            result.unchanged += 1
            guard alarm.asOf != asOf else { return }
            alarm.show(measure, limit: rules[trigger].limit, asOf: asOf, subjects: window.subjects)
            try store.save(alarm)
        case (.withdraw, _, .some(var alarm)):
            try withdraw(&alarm, .withdrawn, before[alarm.id]?.count ?? 0)
        case (.expire, _, .some(var alarm)):
            try withdraw(&alarm, .expired, alarm.count)
        case (.keep, _, .some): result.unchanged += 1
        default: break
        }
    }

    private mutating func raise(_ measure: Measure, _ pupil: JournalWindow.Pupil, _ window: JournalWindow)
        throws
    {
        var alarm = SignalRow(
            id: kit.newID(Named.Signal.self), child: pupil.id, isAlarm: true, code: measure.trigger.rawValue)
        let current = pupil.classKey(atEndOf: measure.window)
        alarm.institution = current?.institution ?? pupil.place?.institution
        alarm.className = current?.name ?? pupil.place?.className ?? ""
        alarm.journal = measure.subject == 0 ? "" : window.subjects[measure.subject] ?? ""
        alarm.show(measure, limit: rules[measure.trigger].limit, asOf: asOf, subjects: window.subjects)
        try note("raised", &alarm)
        try kit.emit(
            .signalRaised(alarm.raisedEvent), child: alarm.child, partition: partition, in: store.transaction)
        result.raised += 1
    }

    private mutating func withdraw(_ alarm: inout SignalRow, _ state: SignalState, _ count: Int) throws {
        alarm.state = state
        alarm.isLive = false
        alarm.count = count
        try note(state.rawValue, &alarm)
        try kit.emit(
            .signalWithdrawn(alarm.withdrawnEvent), child: alarm.child, partition: partition,
            in: store.transaction)
        result.withdrawn += 1
    }

    private mutating func note(_ change: String, _ alarm: inout SignalRow) throws {
        try store.save(alarm)
        try store.add(
            SignalChangeRow(at: kit.clock.now(), change: change, asOf: asOf, count: alarm.count), to: alarm.id
        )
        changed.insert(alarm.child)
    }

    private func key(_ measure: Measure, _ child: ChildID, _ window: JournalWindow) -> Key {
        Key(child: child, code: measure.trigger.rawValue, journal: window.subjects[measure.subject] ?? "")
    }

    /// After an import: the open alarms of the touched children are counted again in their own windows.
    mutating func recount(_ touched: Set<ChildID>) throws {
        let alarms = try store.openAlarms().filter { touched.contains($0.child) }
        guard let first = alarms.map(\.asOf).min(), let last = alarms.map(\.asOf).max() else { return }
        let window = try JournalWindow(store, from: first - Int32(clamping: rules.weeksMax * 7), asOf: last)
        let now = try Self.recounted(alarms, window, rules)
        for var alarm in alarms {
            guard let trigger = alarm.trigger else { continue }
            let measure = now[alarm.id]
            switch (AlarmLife.recount(alarm.standing, then: measure, trigger: trigger, rules: rules), measure)
            {
            case (.withdraw, _): try withdraw(&alarm, .withdrawn, measure?.count ?? 0)
            case (.update, .some(let measure)):
                alarm.show(measure, limit: rules[trigger].limit, asOf: alarm.asOf, subjects: window.subjects)
                try note("updated", &alarm)
            default: break
            }
        }
    }
}

extension SignalRow {
    /// Takes over what was counted.
    mutating func show(_ measure: Measure, limit: Int, asOf: Int32, subjects: [UInt32: String]) {
        self.asOf = asOf
        self.limit = limit
        window = measure.window
        count = measure.count
        ownMean = measure.ownMean
        classMean = measure.classMean
        bySubject = [:]
        for (subject, count) in measure.bySubject() {
            bySubject[subjects[subject] ?? "", default: 0] += count
        }
        byWeekday = measure.byWeekday()
    }
}
