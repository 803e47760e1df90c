import ServiceKit

/// A note that travels with a child wherever the child is shown: whom not to contact, with whom not to share.
struct ChildMark: Sendable, Hashable {
    var id: MarkID
    var child: ChildID
    var kind: String
    /// Who is not contacted, or with whom nothing is shared. Sealed where it is stored.
    var toward: String
    /// Why. Sealed where it is stored.
    var ground: String
    var setOn: String
    var setBy: PersonID
    var setRole: String
    /// The day on which people look again.
    var reviewOn: String

    /// Most marks in force on one child: with their texts they fit into every answer that shows the child.
    static let inForceMax = 20

    static let kinds: Set<String> = ["do-not-contact", "do-not-share"]
}

/// What ids name within Registry only.
enum RegistryNamed {
    enum Mark {}
    enum Objection {}
    enum HandOver {}
}

typealias MarkID = Identifier<RegistryNamed.Mark>
typealias ObjectionID = Identifier<RegistryNamed.Objection>

/// A representative does not want a specialist to work with the child, as it was taken down.
struct LinkObjection: Sendable, Hashable {
    var id: ObjectionID
    var link: LinkID
    var raisedOn: String
    /// The representative; sealed where it is stored, like both texts.
    var raisedBy: String
    var text: String
    var takenBy: PersonID
    var takenRole: String
    /// Empty: waits for a decision; else "continue" or "end".
    var outcome = ""
    var decidedBy: PersonID?
    var decidedOn = ""
    var ground = ""

    /// Most objections to one link.
    static let countMax = 10

    static let outcomes: Set<String> = ["continue", "end"]
}
