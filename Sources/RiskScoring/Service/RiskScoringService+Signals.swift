import Contracts
import ServiceKit
import Store

/// A signal as it is shown to somebody who works with the child.
struct SignalView: Sendable, Hashable {
    var row: SignalRow
    var changes: [SignalChangeRow]
    /// Opened reasons of decisions, by the place of their change.
    var reasons: [Int: String] = [:]
    /// What a person noticed, for a concern.
    var observation = ""

    /// About how many bytes it is in a message.
    var bytes: Int {
        600 + changes.count * 80 + reasons.values.reduce(0) { $0 + $1.utf8.count } + 2
            * observation.utf8.count
    }
}

struct SignalPage: Sendable, Hashable {
    var signals: [SignalView]
    var more: Bool
    var total: Int
}

/// What is asked of a list.
struct SignalQuery: Sendable, Hashable {
    var partition: String
    var institution: InstitutionID?
    var className: String
    var states: [String]
    var limit: Int
    var after: SignalID?
}

extension RiskScoringService {
    static let signalsPerPageMax = 500
    /// Keeps a page below the method's largest message (1 MiB).
    static let pageBytesMax = 800 * 1024

    func listSignals(_ query: SignalQuery, _ caller: Caller) async throws -> SignalPage {
        let partition = query.partition
        try requireMunicipality(partition, caller)
        let scope = SignalPolicy.scope(caller, standing: try await standing(of: caller), partition: partition)
        let states = try query.states.isEmpty ? [SignalState.open] : query.states.map(Self.listable)
        guard scope != .nothing, let person = caller.person, Self.covers(scope, query) else {
            throw try await refuse(caller, "ListSignals", partition)
        }
        let today = kit.clock.today().dayNumber
        let limit = query.limit == 0 ? Self.signalsPerPageMax : min(query.limit, Self.signalsPerPageMax)
        let vault = kit.vault
        let page = try await kit.store.partition(partition).read { transaction in
            let store = RiskScoringStore(transaction)
            var ids: Set<SignalID> = []
            for state in states {
                switch scope {
                case .nothing, .linked: break
                case .classOf(let institution, let name):
                    ids.formUnion(try store.signalIDs(state, institution: institution, className: name))
                case .institution(let institution):
                    ids.formUnion(
                        try store.signalIDs(state, institution: institution, className: query.className))
                }
                for linked in try store.signalIDs(state, linkedTo: person, on: today)
                where (query.institution == nil || query.institution == linked.institution)
                    && (query.className.isEmpty || query.className == linked.className)
                {
                    ids.insert(linked.id)
                }
            }
            // Newest first: ids grow with time.
            let ordered = ids.sorted(by: >)
            let rest = query.after.map { after in ordered.drop { $0 >= after } } ?? ordered[...]
            var page = SignalPage(signals: [], more: false, total: ordered.count)
            var bytes = 0
            for id in rest {
                guard page.signals.count < limit, bytes < Self.pageBytesMax else {
                    page.more = true
                    break
                }
                guard let row = try store.signal(id) else { continue }
                let view = try Self.view(row, store, vault, partition)
                bytes += view.bytes
                page.signals.append(view)
            }
            return page
        }
        try await kit.audit(
            AuditRecord(
                caller: caller, action: "ListSignals", partition: partition,
                children: page.signals.map(\.row.child)))
        return page
    }

    func listChildSignals(_ child: ChildID, _ partition: String, _ caller: Caller) async throws -> SignalPage
    {
        try requireMunicipality(partition, caller)
        let withdrawn = SignalPolicy.maySeeWithdrawn(caller, partition: partition)
        if !withdrawn, try await !maySee(child, partition, caller) {
            throw try await refuse(caller, "ListChildSignals", partition, children: [child])
        }
        let vault = kit.vault
        let views = try await kit.store.partition(partition).read { transaction in
            let store = RiskScoringStore(transaction)
            return try store.signals(of: child)
                .filter { withdrawn || $0.state != .withdrawn }
                .prefix(200).map { try Self.view($0, store, vault, partition) }
        }
        try await kit.audit(
            AuditRecord(caller: caller, action: "ListChildSignals", partition: partition, children: [child]))
        return SignalPage(signals: views, more: false, total: views.count)
    }

    /// A named person's decision; nothing moves before it.
    func decide(
        _ id: SignalID, confirm: Bool, reason: String, needs: [String], _ partition: String, _ caller: Caller,
        _ operation: Operation
    ) async throws -> SignalView {
        try requireMunicipality(partition, caller)
        let found = try await kit.store.partition(partition).read { transaction in
            try RiskScoringStore(transaction).signal(id)
        }
        // Who asks for an unknown signal learns nothing: the answer is that of a child one does not work
        // with.
        guard let found else { throw try await refuse(caller, "DecideSignal", partition) }
        try await requireWork(with: found.child, partition, caller, "DecideSignal")
        guard found.state != .withdrawn, found.state != .expired else {
            throw ServiceError(
                .conflict, "signal-gone",
                "The facts behind this signal were corrected or are old: nothing is to decide.")
        }
        let needs = try SignalNeeds.decided(
            confirm: confirm, needs: needs, trigger: found.trigger, code: found.code)
        let reason = reason.trimmed
        guard confirm || !reason.isEmpty else {
            throw ServiceError(
                .invalid, "reason",
                "Say why there is no need: the next person has to understand the dismissal.")
        }
        guard reason.count <= 500 else {
            throw ServiceError(.invalid, "reason", "Say the reason in at most 500 characters.")
        }
        try await kit.audit(
            AuditRecord(caller: caller, action: "DecideSignal", partition: partition, children: [found.child])
        )
        let now = kit.clock.now()
        let vault = kit.vault
        _ = try await kit.once(operation, in: partition) { transaction in
            let store = RiskScoringStore(transaction)
            guard var signal = try store.signal(id), signal.state == .open else {
                throw ServiceError(
                    .conflict, "signal-decided", "This signal was decided before: read it again to see how.")
            }
            signal.state = confirm ? .confirmed : .dismissed
            try store.save(signal)
            var change = SignalChangeRow(
                at: now, change: signal.state.rawValue, asOf: signal.asOf, count: signal.count,
                person: caller.person, role: caller.role)
            if !reason.isEmpty, let key = try store.subjectKey(of: signal.child) {
                change.reason = try vault.seal(
                    Array(reason.utf8), subjectKey: key, context: Self.reasonContext(id), in: partition)
            }
            try store.add(change, to: id)
            try kit.emit(
                .signalDecided(signal.decidedEvent(caller, confirmed: confirm, needs: needs)),
                child: signal.child,
                partition: partition, in: transaction)
            return [id.bytes]
        }
        return try await kit.store.partition(partition).read { transaction in
            let store = RiskScoringStore(transaction)
            guard let row = try store.signal(id) else { throw RiskScoringStore.damaged() }
            return try Self.view(row, store, vault, partition)
        }
    }

    /// Anyone's concern waits beside the alarms for a named person.
    func raiseConcern(
        _ child: ChildID, need: String, observation: String, noticer: String, _ partition: String,
        _ caller: Caller,
        _ operation: Operation
    ) async throws -> SignalID {
        try requireMunicipality(partition, caller)
        guard SignalPolicy.mayRaiseConcern(caller, partition: partition) else {
            throw try await refuse(caller, "RaiseConcern", partition, children: [child])
        }
        let observation = observation.trimmed
        try SignalNeeds.requireConcern(need: need, observation: observation, noticer: noticer)
        try await kit.audit(
            AuditRecord(caller: caller, action: "RaiseConcern", partition: partition, children: [child]))
        let id = kit.newID(Named.Signal.self)
        let now = kit.clock.now()
        let today = kit.clock.today().dayNumber
        let vault = kit.vault
        let result = try await kit.once(operation, in: partition) { transaction in
            let store = RiskScoringStore(transaction)
            guard let known = try store.child(child), let key = try store.subjectKey(of: child) else {
                throw ServiceError(
                    .notFound, "child-not-found",
                    "Find the child in the register first, then raise the concern.")
            }
            var signal = SignalRow(id: id, child: child, isAlarm: false, code: need)
            signal.institution = known.place.institution
            signal.className = known.place.className
            signal.asOf = today
            signal.window = DayRange(from: today, until: today)
            signal.count = 1
            signal.noticerRole = noticer.isEmpty ? caller.role : noticer
            signal.observation = try vault.seal(
                Array(observation.utf8), subjectKey: key, context: Self.observationContext(id), in: partition)
            try store.save(signal)
            try store.add(
                SignalChangeRow(
                    at: now, change: "raised", asOf: today, count: 1, person: caller.person,
                    role: signal.noticerRole), to: id)
            try kit.emit(
                .signalRaised(signal.raisedEvent), child: child, partition: partition, in: transaction)
            return [id.bytes]
        }
        guard let first = result.ids.first else { throw RiskScoringStore.damaged() }
        return try RiskScoringStore.id(first)
    }

    /// May this person work with the child? If not, that is written down and refused.
    func requireWork(
        with child: ChildID, _ partition: String, _ caller: Caller, _ action: String
    ) async throws {
        guard try await mayWork(with: child, partition, caller) else {
            throw try await refuse(caller, action, partition, children: [child])
        }
    }

    /// May this person see the child's signals? Who works with the child, or leads its case in the
    /// municipality.
    func maySee(_ child: ChildID, _ partition: String, _ caller: Caller) async throws -> Bool {
        if try await mayWork(with: child, partition, caller) { return true }
        let roles = try await kit.store.partition(partition).read { transaction in
            try RiskScoringStore(transaction).municipalRoles(leading: child)
        }
        return SignalPolicy.leadsCase(roles, caller: caller, partition: partition)
    }

    func mayWork(with child: ChildID, _ partition: String, _ caller: Caller) async throws -> Bool {
        let standing = try await standing(of: caller)
        let today = kit.clock.today().dayNumber
        return try await kit.store.partition(partition).read { transaction in
            let store = RiskScoringStore(transaction)
            guard let known = try store.child(child) else { return false }
            let linked = try caller.person.map { try store.isLinked($0, to: child, on: today) } ?? false
            return SignalPolicy.mayWorkWith(
                known.place, linked: linked, caller: caller, standing: standing, partition: partition)
        }
    }
}

extension RiskScoringService {
    private static func listable(_ name: String) throws -> SignalState {
        guard let state = SignalState(rawValue: name) else {
            throw ServiceError(.invalid, "states", "States are open, confirmed, dismissed and expired.")
        }
        guard state != .withdrawn else {
            throw ServiceError(
                .notAllowed, "withdrawn-not-shown",
                "Withdrawn alarms were wrong and are no part of a child's history.")
        }
        return state
    }

    /// Another institution or class than one's own is asked for by nobody but those with linked children.
    private static func covers(_ scope: SignalPolicy.Scope, _ query: SignalQuery) -> Bool {
        switch scope {
        case .nothing: false
        case .linked: true
        case .classOf(let institution, let name):
            (query.institution ?? institution) == institution
                && (query.className.isEmpty || query.className == name)
        case .institution(let institution): (query.institution ?? institution) == institution
        }
    }

    private static func reasonContext(_ id: SignalID) -> String { "signal_change/reason/\(id)" }
    private static func observationContext(_ id: SignalID) -> String { "signal/observation/\(id)" }

    private static func view(
        _ row: SignalRow, _ store: RiskScoringStore, _ vault: any Vault, _ partition: String
    ) throws -> SignalView {
        var view = SignalView(row: row, changes: try store.changes(of: row.id))
        let sealed = view.changes.contains { $0.reason != nil } || row.observation != nil
        guard sealed, let key = try store.subjectKey(of: row.child) else { return view }
        func open(_ bytes: [UInt8], _ context: String) throws -> String {
            String(
                decoding: try vault.open(bytes, subjectKey: key, context: context, in: partition),
                as: UTF8.self)
        }
        for (place, change) in view.changes.enumerated() {
            if let reason = change.reason { view.reasons[place] = try open(reason, reasonContext(row.id)) }
        }
        if let observation = row.observation {
            view.observation = try open(observation, observationContext(row.id))
        }
        return view
    }
}
