import ArgumentParser
import Contracts
import FoundationEssentials
import SwiftProtobuf

/// Offers a child to another municipality.
struct ChildOfferCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "offer", abstract: "Ask another municipality's person to take a child over.",
        discussion: "The child stays here until they accept; then only the trace stays.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "The child's id.") var child: String
    @Option(name: .customLong("to"), help: "The other municipality (EHAK code).") var municipality: String
    @Option(name: .customLong("to-person"), help: "Who is asked: a person id of that municipality's office.")
    var toPerson: String
    @Option(help: "moved, school-moved or other.") var reason: String
    @Option(name: .customLong("part"), help: "What goes along: representatives, other-ids; may be repeated.")
    var parts: [String] = []
    @Option(name: .customLong("note-from"), help: "For whoever is asked: a file, or - for standard input.")
    var noteFrom: String?
    @Option(help: .hidden) var note: String?

    func validate() throws {
        if note != nil { throw FormerTextOptions.refusal(of: "note") }
    }

    func run(_ session: Session) async throws {
        let child = try UUIDText(child, what: "CHILD")
        let person = try UUIDText(toPerson, what: "--to-person")
        let note = try PrivateText.read(.init("--note-from", noteFrom))[0]
        let answer = try await session.call(
            RegistryMethods.offerChild,
            .with {
                $0.municipality = session.municipality
                $0.childID = child.data
                $0.toMunicipality = municipality
                $0.toPersonID = person.data
                $0.reason = reason
                $0.parts = parts
                $0.note = note
            })
        try session.output.value(["handOver": text(answer.handOverID)]) {
            "offered: \(text(answer.handOverID))"
        }
    }
}

/// Offers to and from the municipality.
struct ChildOffersCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "offers", abstract: "Children offered to and by the municipality, and what became of it."
    )
    @OptionGroup var connection: ConnectionOptions

    struct Row: Encodable {
        var handOver: String
        var incoming: Bool
        var other: String
        var child: String
        var name: String
        var birthDate: String
        var asked: String
        var reason: String
        var parts: [String]
        var state: String
        var offered: String
        var offeredBy: String
        var answeredBy: String
        var answerCode: String
        var changed: String
        var note: String
    }

    func run(_ session: Session) async throws {
        var request = RegistryListOffersRequest()
        request.municipality = session.municipality
        var offers: [RegistryHandOverOffer] = []
        var more = true
        while more {
            request.afterHandOverID = offers.last?.handOverID ?? request.afterHandOverID
            let answer = try await session.call(RegistryMethods.listOffers, request)
            offers += answer.offers
            more = answer.more && !answer.offers.isEmpty
        }
        try session.output.rows(
            offers.map { offer in
                Row(
                    handOver: text(offer.handOverID), incoming: offer.incoming,
                    other: offer.otherMunicipality, child: text(offer.childID),
                    name: [offer.cover.givenName, offer.cover.familyName].filter { !$0.isEmpty }
                        .joined(separator: " "),
                    birthDate: offer.cover.birthDate, asked: text(offer.personID), reason: offer.reason,
                    parts: offer.parts, state: offer.state,
                    offered: LocalTimeText.minute(offer.offeredMicroseconds),
                    offeredBy: text(offer.offeredBy), answeredBy: text(offer.answeredBy),
                    answerCode: offer.answerCode, changed: LocalTimeText.minute(offer.changedMicroseconds),
                    note: offer.note)
            },
            [
                ("hand-over", \.handOver), ("", { $0.incoming ? "from \($0.other)" : "to \($0.other)" }),
                ("state", \.state), ("offered", \.offered), ("reason", \.reason),
                ("child", { $0.name.isEmpty ? $0.child : "\($0.name) \($0.birthDate)" }),
                ("asked", \.asked), ("note", \.note),
            ], empty: "no offers")
    }
}

/// Takes an offered child over.
struct ChildAcceptCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept", abstract: "Take an offered child over; the record comes within seconds.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "The hand-over's id.") var handOver: String

    func run(_ session: Session) async throws {
        let id = try UUIDText(handOver, what: "HAND-OVER")
        _ = try await session.call(
            RegistryMethods.acceptOffer,
            .with {
                $0.municipality = session.municipality
                $0.handOverID = id.data
            })
        try session.output.value(["accepted": id.description]) { "accepted" }
    }
}

/// Refuses an offered child.
struct ChildDeclineCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "decline", abstract: "Decline an offered child, saying why.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "The hand-over's id.") var handOver: String
    @Option(help: "not-resident, known-here, wrong-person or other.") var code: String

    func run(_ session: Session) async throws {
        let id = try UUIDText(handOver, what: "HAND-OVER")
        _ = try await session.call(
            RegistryMethods.declineOffer,
            .with {
                $0.municipality = session.municipality
                $0.handOverID = id.data
                $0.code = code
            })
        try session.output.value(["declined": id.description]) { "declined" }
    }
}

/// Takes an offer back.
struct ChildWithdrawCommand: SessionCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw", abstract: "Take back an offer that was not accepted yet.")
    @OptionGroup var connection: ConnectionOptions
    @Argument(help: "The hand-over's id.") var handOver: String

    func run(_ session: Session) async throws {
        let id = try UUIDText(handOver, what: "HAND-OVER")
        _ = try await session.call(
            RegistryMethods.withdrawOffer,
            .with {
                $0.municipality = session.municipality
                $0.handOverID = id.data
            })
        try session.output.value(["withdrawn": id.description]) { "withdrawn" }
    }
}
