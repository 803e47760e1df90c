import Contracts
import ServiceKit
import Store
import SwiftProtobuf

/// What is taken in from Registry and ReferralRouting. Each event states the whole, so that taking it in
/// twice changes nothing.
extension RiskScoringService {
    func apply(_ event: EventEnvelope, partition: String, in transaction: any Transaction) throws {
        let store = RiskScoringStore(transaction)
        switch event.body {
        case .childPlaced(let placed):
            try store.place(
                ChildRow(
                    id: try Self.id(event.childID),
                    place: ChildPlace(
                        institution: try Self.optionalID(placed.institutionID),
                        institutionKind: placed.institutionKind, className: placed.className,
                        left: placed.left),
                    grade: Int(placed.grade), isPlaced: true),
                newKey: try kit.vault.newSubjectKey(in: partition))
        case .childLinked(let linked):
            try store.link(
                child: try Self.id(event.childID), person: try Self.id(linked.personID), role: linked.role,
                from: try Self.day(linked.from), until: try Self.day(linked.until))
        case .postChanged(let post):
            try store.keepPost(
                try Self.id(post.postID), person: try Self.optionalID(post.personID), role: post.role,
                municipality: post.municipality, institution: try Self.optionalID(post.institutionID),
                className: post.className, until: try Self.day(post.until))
        case .caseOpened(let opened):
            guard !opened.signalID.isEmpty, var signal = try store.signal(try Self.id(opened.signalID)) else {
                return
            }
            signal.caseID = try Self.id(opened.caseID)
            signal.isCaseClosed = false
            try store.save(signal)
        case .caseClosed(let closed):
            for var signal in try store.signals(ofCase: try Self.id(closed.caseID)) {
                signal.isCaseClosed = true
                try store.save(signal)
            }
        case .caseLedBy(let led):
            try store.keepMunicipalRoles(
                led.open && led.place == "municipality" ? led.roles : [], case: try Self.id(led.caseID),
                child: try Self.id(event.childID))
        default:
            return
        }
    }

    private static func id<Kind>(_ bytes: some Collection<UInt8>) throws -> Identifier<Kind> {
        guard let id = Identifier<Kind>(bytes) else {
            throw ServiceError(.invalid, "event-id", "An id in the event is not 16 bytes.")
        }
        return id
    }

    private static func optionalID<Kind>(_ bytes: some Collection<UInt8>) throws -> Identifier<Kind>? {
        bytes.isEmpty ? nil : try id(bytes)
    }

    private static func day(_ text: String) throws -> Int32? {
        guard !text.isEmpty else { return nil }
        guard let day = LocalDate(text) else {
            throw ServiceError(.invalid, "event-date", "A date in the event is not ISO 8601.")
        }
        return day.dayNumber
    }
}
