public import Contracts
import FoundationEssentials
import ServiceKit
public import Store

/// Events of Registry and RiskScoring.
extension ReferralEndpoint {
    /// Takes in one event within the transaction of the inbox; kinds that do not concern cases are ignored.
    /// What it throws parks the event.
    public func apply(_ event: EventEnvelope, partition: String, in transaction: any Transaction) throws {
        do {
            try take(event, service.store(transaction, partition))
        } catch let error as ReferralError {
            throw error.answer
        }
    }

    private func take(_ event: EventEnvelope, _ store: ReferralStore) throws {
        switch event.body {
        case .childPlaced(let body): try service.childPlaced(try place(body, event), store)
        case .childLinked(let body):
            try service.childLinked(
                try id("child_id", event.childID), person: try id("person_id", body.personID),
                role: body.role,
                from: try day("from", body.from) ?? service.kit.clock.today(),
                until: try day("until", body.until), store)
        case .postChanged(let body): try store.put(try post(body))
        case .resourceChanged(let body): try store.put(try resource(body))
        case .templateChanged(let body):
            try store.put(try template(body.template), version: body.template.version)
        case .signalRaised(let body):
            try service.signalRaised(
                SignalRecord(
                    id: try id("signal_id", body.signalID), child: try id("child_id", event.childID),
                    kind: body.kind, code: body.code,
                    institution: try optionalID("institution_id", body.institutionID),
                    className: body.className, state: "raised", due: service.signalDue(kind: body.kind)),
                store)
        case .signalDecided(let body):
            try service.signalDecided(
                SignalRecord(
                    id: try id("signal_id", body.signalID), child: try id("child_id", event.childID),
                    kind: body.kind, code: body.code,
                    institution: try optionalID("institution_id", body.institutionID), className: "",
                    state: body.confirmed ? "confirmed" : "dismissed",
                    due: service.signalDue(kind: body.kind)),
                by: try optionalID("person_id", body.personID), role: body.role, needCodes: body.needCodes,
                store)
        case .signalWithdrawn(let body):
            try service.signalWithdrawn(try id("signal_id", body.signalID), code: body.code, store)
        case .teamChanged, .caseOpened, .caseClosed, .caseLedBy, .helpAsked, .trainingPublished, .handOver,
            nil:
            break
        }
    }

    private func place(_ body: EventChildPlaced, _ event: EventEnvelope) throws -> ChildPlace {
        ChildPlace(
            child: try id("child_id", event.childID),
            institution: try optionalID("institution_id", body.institutionID),
            institutionKind: body.institutionKind, schoolMunicipality: body.schoolMunicipality,
            residenceMunicipality: body.residenceMunicipality, className: body.className, grade: body.grade,
            language: body.language, left: body.left)
    }

    private func post(_ body: EventPostChanged) throws -> PostRecord {
        PostRecord(
            id: try id("post_id", body.postID),
            institution: try optionalID("institution_id", body.institutionID),
            institutionKind: body.institutionKind, municipality: body.municipality, role: body.role,
            person: try optionalID("person_id", body.personID), className: body.className,
            until: try day("until", body.until))
    }

    private func resource(_ body: EventResourceChanged) throws -> ResourceRecord {
        ResourceRecord(
            id: try id("resource_id", body.resourceID), municipality: body.municipality,
            institution: try optionalID("institution_id", body.institutionID),
            post: try optionalID("post_id", body.postID), scope: body.scope, needCodes: body.needCodes,
            capacityPlaces: body.capacityPlaces, capacityAsOf: try day("capacity_as_of", body.capacityAsOf),
            languages: body.languages, gradeFrom: body.gradeFrom, gradeTo: body.gradeTo,
            accepting: body.accepting, field: body.field, kind: body.kind)
    }

    private func template(_ body: EventProcessTemplate) throws -> ProcessTemplate {
        ProcessTemplate(
            id: try id("template_id", body.templateID), municipality: body.municipality,
            institutionKind: body.institutionKind, isDraft: body.draft, isFallback: body.fallback,
            gradeFrom: body.gradeFrom, gradeTo: body.gradeTo,
            levels: try body.levels.map { level in
                guard let place = Place(rawValue: level.coordinatorPlace) else {
                    throw ReferralError.codeMissing("coordinator_place", Place.allCases.map(\.rawValue))
                }
                return TemplateLevel(
                    order: level.order, nameEt: level.nameEt, nameEn: level.nameEn,
                    coordinatorRole: level.coordinatorRole, place: place,
                    firstActionSchoolDays: Int(min(level.firstActionSchoolDays, 366)))
            }, phases: body.phases)
    }

    /// A date that may be left out.
    private func day(_ field: String, _ text: String) throws -> LocalDate? {
        if text.isEmpty { return nil }
        guard let day = LocalDate(text) else {
            throw ReferralError.fieldInvalid(field, "a date as 2026-02-02")
        }
        return day
    }
}
