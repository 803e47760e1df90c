import Contracts
import ServiceKit

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Protobuf to values and back.
enum RegistryMessages {
    static func id<Kind>(_ data: Data, _ field: String) throws -> Identifier<Kind> {
        guard let id = Identifier<Kind>(data) else {
            throw ServiceError(.invalid, "id-malformed", "The field \(field) must hold an id of 16 bytes.")
        }
        return id
    }

    static func optionalID<Kind>(_ data: Data, _ field: String) throws -> Identifier<Kind>? {
        data.isEmpty ? nil : try id(data, field)
    }

    // MARK: the county's document

    static func map(_ document: RegistryCountyDocument) throws -> CountyMap {
        CountyMap(
            municipalities: document.municipalities.map { Municipality(code: $0.code, name: $0.name) },
            institutions: document.institutions.map {
                Institution(code: $0.code, municipality: $0.municipality, kind: $0.kind, name: $0.name)
            },
            people: document.people.map {
                Specialist(code: $0.code, givenName: $0.givenName, familyName: $0.familyName, email: $0.email)
            },
            posts: document.posts.map {
                Post(
                    code: $0.code, institution: $0.institution, role: $0.role,
                    sharePercent: Int($0.sharePercent),
                    person: $0.person, className: $0.className, from: $0.from, until: $0.until)
            },
            resources: document.resources.map(resource),
            teams: document.teams.map {
                Team(
                    code: $0.code, institution: $0.institution, memberPosts: $0.memberPosts,
                    leaderPost: $0.leaderPost, gapTopics: $0.gapTopics)
            },
            templates: try document.templates.map(template), records: document.records.map(record))
    }

    private static func resource(_ entry: RegistryResourceEntry) -> Resource {
        Resource(
            code: entry.code, table: entry.table, municipality: entry.municipality,
            institution: entry.institution,
            post: entry.post, kind: entry.kind, name: entry.name, field: entry.field, scope: entry.scope,
            needCodes: entry.needCodes, preventionTier: entry.preventionTier,
            capacityPlaces: Int(entry.capacityPlaces), capacityAsOf: entry.capacityAsOf,
            languages: entry.languages, gradeFrom: Int(entry.gradeFrom), gradeTo: Int(entry.gradeTo),
            howToRefer: entry.howToRefer)
    }

    private static func template(_ entry: EventProcessTemplate) throws -> Template {
        Template(
            givenID: try optionalID(entry.templateID, "document.templates.template_id"),
            municipality: entry.municipality, institutionKind: entry.institutionKind, draft: entry.draft,
            fallback: entry.fallback, gradeFrom: Int(entry.gradeFrom), gradeTo: Int(entry.gradeTo),
            levels: entry.levels.map {
                TemplateLevel(
                    order: Int($0.order), nameEt: $0.nameEt, nameEn: $0.nameEn,
                    coordinatorRole: $0.coordinatorRole, coordinatorPlace: $0.coordinatorPlace,
                    entry: $0.entry,
                    firstActionSchoolDays: Int($0.firstActionSchoolDays))
            }, phases: entry.phases, version: Int(entry.version), source: entry.source)
    }

    static func message(_ template: Template) -> EventProcessTemplate {
        var message = EventProcessTemplate()
        message.templateID = template.id.data
        message.municipality = template.municipality
        message.institutionKind = template.institutionKind
        message.draft = template.draft
        message.fallback = template.fallback
        message.gradeFrom = Int32(clamping: template.gradeFrom)
        message.gradeTo = Int32(clamping: template.gradeTo)
        message.levels = template.levels.map { level in
            var message = EventTemplateLevel()
            message.order = UInt32(clamping: level.order)
            message.nameEt = level.nameEt
            message.nameEn = level.nameEn
            message.coordinatorRole = level.coordinatorRole
            message.coordinatorPlace = level.coordinatorPlace
            message.entry = level.entry
            message.firstActionSchoolDays = UInt32(clamping: level.firstActionSchoolDays)
            return message
        }
        message.phases = template.phases
        message.version = UInt32(clamping: template.version)
        message.source = template.source
        return message
    }

    static func message(_ fault: Fault, file: String) -> CommonRowFault {
        var message = CommonRowFault()
        message.file = file
        message.row = UInt64(clamping: fault.row)
        message.column = fault.column
        message.code = fault.code
        message.message = fault.message.en
        message.remedy = fault.remedy.en
        message.messageEt = fault.message.et
        message.remedyEt = fault.remedy.et
        return message
    }

    static func message(_ note: PupilImport.Note, file: String) -> CommonRowFault {
        var message = Self.message(note.fault, file: file)
        message.rows = UInt64(clamping: note.rows)
        return message
    }
}

// MARK: lists

extension RegistryMessages {
    static func message(_ institution: Institution) -> RegistryInstitution {
        var message = RegistryInstitution()
        message.institutionID = institution.id.data
        message.code = institution.code
        message.municipality = institution.municipality
        message.kind = institution.kind
        message.name = institution.name
        return message
    }

    static func message(_ municipality: Municipality) -> RegistryMunicipality {
        var message = RegistryMunicipality()
        message.code = municipality.code
        message.name = municipality.name
        return message
    }

    static func message(_ row: RegistryService.PostRow) -> RegistryPost {
        var message = RegistryPost()
        message.postID = row.post.id.data
        message.code = row.post.code
        message.institutionID = row.institution.id.data
        message.institutionName = row.institution.name
        message.municipality = row.institution.municipality
        message.role = row.post.role
        message.sharePercent = UInt32(clamping: row.post.sharePercent)
        if row.isFilled {
            message.personID = PersonID.derived("person", row.post.person).data
            message.personName = row.personName
        }
        message.className = row.post.className
        if let substitute = row.substitute {
            message.substituteName = substitute.name
            message.substituteUntil = substitute.until
        }
        return message
    }

    static func message(_ row: RegistryService.ResourceRow) -> RegistryResource {
        let resource = row.resource
        var entry = RegistryResourceEntry()
        entry.code = resource.code
        entry.table = resource.table
        entry.municipality = resource.municipality
        entry.institution = resource.institution
        entry.post = resource.post
        entry.kind = resource.kind
        entry.name = resource.name
        entry.field = resource.field
        entry.scope = resource.scope
        entry.needCodes = resource.needCodes
        entry.preventionTier = resource.preventionTier
        entry.capacityPlaces = UInt32(clamping: resource.capacityPlaces)
        entry.capacityAsOf = resource.capacityAsOf
        entry.languages = resource.languages
        entry.gradeFrom = Int32(clamping: resource.gradeFrom)
        entry.gradeTo = Int32(clamping: resource.gradeTo)
        entry.howToRefer = resource.howToRefer
        var message = RegistryResource()
        message.resourceID = resource.id.data
        message.entry = entry
        message.accepting = row.accepting
        return message
    }

    static func message(_ row: RegistryService.TeamRow) -> RegistryTeam {
        var message = RegistryTeam()
        message.teamID = row.team.id.data
        message.institutionID = row.institution.id.data
        message.institutionName = row.institution.name
        message.municipality = row.institution.municipality
        message.members = UInt32(clamping: row.team.memberPosts.count)
        message.vacantMembers = UInt32(clamping: row.vacantMembers)
        message.gapTopics = row.team.gapTopics
        message.plannedTopics = row.plannedTopics
        return message
    }
}
