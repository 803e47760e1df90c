import Contracts
import ServiceKit
import Store

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Children: protobuf to values and back.
extension RegistryMessages {
    static func message(_ row: RegistryService.ChildRow) -> RegistryChild {
        let place = row.record.placement
        var message = RegistryChild()
        message.childID = row.record.id.data
        message.givenName = row.givenName
        message.familyName = row.familyName
        message.institutionID = place.institution?.data ?? Data()
        message.institutionName = row.institutionName
        message.className = place.className
        message.grade = Int32(clamping: place.grade)
        message.schoolMunicipality = place.schoolMunicipality
        message.residenceMunicipality = place.residence
        message.residenceBasis = row.record.residenceBasis
        message.language = place.language
        message.left = place.left
        message.alsoChildIds = row.alsoIDs.map(\.data)
        message.version = UInt32(clamping: row.record.version)
        message.links = row.links.map { Self.message($0.link, personName: $0.personName) }
        message.marks = row.marks.map { Self.message($0) }
        return message
    }

    static func message(_ mark: ChildMark) -> RegistryMark {
        var message = RegistryMark()
        message.markID = mark.id.data
        message.kind = mark.kind
        message.toward = mark.toward
        message.ground = mark.ground
        message.setOn = mark.setOn
        message.setBy = mark.setBy.data
        message.setRole = mark.setRole
        message.reviewOn = mark.reviewOn
        return message
    }

    static func message(_ row: RegistryService.OfferRow) -> RegistryHandOverOffer {
        let one = row.kept.handOver
        var message = RegistryHandOverOffer()
        message.handOverID = one.id.data
        message.incoming = one.isIncoming
        message.otherMunicipality = one.other
        message.childID = one.child.data
        message.personID = one.namedPerson.data
        message.reason = one.reason
        message.parts = one.parts
        message.state = one.state.rawValue
        message.offeredMicroseconds = row.kept.offeredAt.microseconds
        message.offeredBy = one.offeredBy.data
        message.offeredRole = one.offeredRole
        message.answeredBy = one.answeredBy?.data ?? Data()
        message.answeredRole = one.answeredRole
        message.answerCode = one.answerCode
        message.changedMicroseconds = row.kept.changedAt.microseconds
        if let parcel = row.parcel {
            message.cover = Self.message(parcel.content)
            message.note = parcel.note
        }
        return message
    }

    private static func message(_ link: ChildLink, personName: String) -> RegistryLink {
        var message = RegistryLink()
        message.linkID = link.id.data
        message.personID = link.person.data
        message.personName = personName
        message.role = link.role
        message.from = link.from
        message.until = link.until
        return message
    }

    static func message(_ row: RegistryService.LinkRow) -> RegistryLinkDetail {
        var message = RegistryLinkDetail()
        message.link = Self.message(row.link, personName: row.personName)
        message.childID = row.link.child.data
        message.open = row.link.isOpen
        message.endsOn = row.link.endsOn
        message.reviewOn = row.link.reviewOn
        message.givenBy = row.authors?.givenBy.data ?? Data()
        message.endedBy = row.authors?.endedBy?.data ?? Data()
        message.endReason = row.endReason
        message.objections = row.objections.map { objection in
            var message = RegistryObjection()
            message.objectionID = objection.id.data
            message.raisedOn = objection.raisedOn
            message.raisedBy = objection.raisedBy
            message.text = objection.text
            message.takenBy = objection.takenBy.data
            message.takenRole = objection.takenRole
            message.outcome = objection.outcome
            message.decidedBy = objection.decidedBy?.data ?? Data()
            message.decidedOn = objection.decidedOn
            message.ground = objection.ground
            return message
        }
        return message
    }

    static func message(_ version: ChildVersion) -> RegistryChildVersion {
        var message = RegistryChildVersion()
        message.version = UInt32(clamping: version.number)
        message.atMicroseconds = version.at.microseconds
        message.system = version.author.system
        message.personID = version.author.person?.data ?? Data()
        message.role = version.author.role
        message.action = version.action
        message.fields = version.fields
        return message
    }

    static func message(_ content: ChildContent) -> RegistryChildContent {
        var message = RegistryChildContent()
        message.givenName = content.givenName
        message.familyName = content.familyName
        message.isikukood = content.isikukood
        message.birthDate = content.birthDate
        message.language = content.language
        message.institutionID = content.institution?.data ?? Data()
        message.className = content.className
        message.grade = Int32(clamping: content.grade)
        message.residenceMunicipality = content.residence
        message.residenceBasis = content.residenceBasis
        message.from = content.from
        message.left = content.left
        message.representatives = content.representatives.map { one in
            var message = RegistryRepresentative()
            message.name = one.name
            message.relation = one.relation
            message.phone = one.phone
            message.email = one.email
            message.language = one.language
            return message
        }
        message.otherIds = content.otherIDs.map { one in
            var message = RegistryOtherSystemID()
            message.system = one.system
            message.id = one.id
            return message
        }
        return message
    }

    static func content(_ message: RegistryChildContent) throws -> ChildContent {
        ChildContent(
            givenName: message.givenName, familyName: message.familyName, isikukood: message.isikukood,
            birthDate: message.birthDate, language: message.language,
            institution: try optionalID(message.institutionID, "content.institution_id"),
            className: message.className, grade: Int(message.grade), residence: message.residenceMunicipality,
            residenceBasis: message.residenceBasis.isEmpty
                ? ChildContent.byRegister : message.residenceBasis,
            from: message.from, left: message.left,
            representatives: message.representatives.map {
                ChildContent.Representative(
                    name: $0.name, relation: $0.relation, phone: $0.phone, email: $0.email,
                    language: $0.language)
            }, otherIDs: message.otherIds.map { otherID($0) })
    }

    static func otherID(_ message: RegistryOtherSystemID) -> ChildContent.OtherSystemID {
        ChildContent.OtherSystemID(system: message.system, id: message.id)
    }
}
