import Contracts
import Directory
import RPC
import ServiceKit
import SwiftProtobuf

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Searching the county's map: messages to values and back.
extension RegistryMessages {
    static func question(_ request: RegistrySearchDirectoryRequest) -> DirectoryQuestion {
        DirectoryQuestion(
            words: request.words, kinds: request.kinds, sorts: request.sorts, roles: request.roles,
            needs: request.needCodes, fields: request.fields, tiers: request.preventionTiers,
            languages: request.languages, grade: request.hasGrade ? Int(request.grade) : nil,
            age: request.hasAge ? Int(request.age) : nil, near: request.near,
            municipalities: request.municipalities, freePlace: request.freePlace,
            notOlderThanDays: Int(request.capacityNotOlderThanDays), pageSize: Int(request.pageSize),
            cursor: [UInt8](request.cursor))
    }

    static func message(_ answer: RegistryService.DirectoryAnswer) -> RegistrySearchDirectoryResponse {
        let (page, places) = (answer.page, answer.snapshot.municipalities)
        let taken = Dictionary(page.corrections.map { ($0.typed, $0.taken) }) { first, _ in first }
        return .with {
            $0.hits = page.hits.map { message($0, answer) }
            $0.total = UInt32(clamping: page.total)
            $0.cursor = Data(page.cursor ?? [])
            $0.understood = page.clauses.map { part($0, taken: taken[$0.typed] ?? [], places) }
            $0.without = page.without.map { clause, hits in
                var part = part(clause, taken: [], places)
                part.hits = UInt32(clamping: hits)
                return part
            }
        }
    }

    private static func part(
        _ clause: DirectoryClause, taken: [String], _ places: [String: String]
    ) -> RegistryDirectoryPart {
        let texts = clause.terms.map { DirectoryTexts.text($0, places: places) }
        return .with {
            $0.typed = clause.typed
            $0.meaningEt = texts.map(\.et).joined(separator: " / ")
            $0.meaningEn = texts.map(\.en).joined(separator: " / ")
            $0.taken = taken
        }
    }

    private static func message(
        _ hit: DirectoryHit, _ answer: RegistryService.DirectoryAnswer
    ) -> RegistryDirectoryHit {
        let (entry, places, day) = (hit.entry, answer.snapshot.municipalities, answer.today.dayNumber)
        var message = RegistryDirectoryHit.with {
            $0.kind = entry.kind.rawValue
            $0.id = Data(entry.id)
            $0.title = entry.title
            $0.municipality = entry.owner
            $0.municipalityName = places[entry.owner] ?? ""
            $0.accepting = entry.isOpen(on: day)
            $0.points = UInt32(clamping: hit.score)
            $0.reasons = hit.reasons.map { reason in
                let text = DirectoryTexts.text(reason, places: places)
                return .with {
                    $0.typed = reason.typed
                    $0.code = text.code
                    $0.textEt = text.et
                    $0.textEn = text.en
                    $0.points = UInt32(clamping: reason.points)
                }
            }
        }
        if let detail = answer.snapshot.details[entry.id] {
            fill(&message, detail, accepting: message.accepting)
        }
        if let capacity = entry.capacity {
            message.capacity = .with {
                $0.places = UInt32(clamping: capacity.places)
                $0.asOf = capacity.day.map { LocalDate(dayNumber: $0).description } ?? ""
                if let age = capacity.age(on: day) { $0.ageDays = UInt32(clamping: age) }
                $0.old = capacity.isOld(on: day)
            }
        }
        return message
    }

    private static func fill(
        _ message: inout RegistryDirectoryHit, _ detail: DirectorySnapshot.Detail, accepting: Bool
    ) {
        message.institution = detail.institution?.code ?? ""
        message.institutionName = detail.institution?.name ?? ""
        message.role = detail.role
        message.personName = accepting ? detail.personName : ""
        switch detail.thing {
        case .resource(let resource):
            message.code = resource.code
            message.sort = resource.kind
            message.needCodes = resource.needCodes
            message.languages = resource.languages
            message.gradeFrom = Int32(clamping: resource.gradeFrom)
            message.gradeTo = Int32(clamping: resource.gradeTo)
            message.scope = resource.scope
            message.preventionTier = resource.preventionTier
            message.howToRefer = resource.howToRefer
        case .institution(let institution):
            message.code = institution.code
            message.sort = institution.kind
        case .post(let post):
            message.code = post.code
            message.sort = "specialist"
        }
    }
}
