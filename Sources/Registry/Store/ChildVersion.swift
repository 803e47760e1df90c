import Security
import ServiceKit
import Store

/// One version of a child's record: who made it, when and what it changed. Its content is sealed beside it.
struct ChildVersion: Sendable, Hashable {
    var number: Int
    var at: Instant
    /// The day in Europe/Tallinn.
    var day: String
    var author: Author
    /// "registered", "changed", "imported", "arrived", "handed-over".
    var action: String
    var fields: [String]
}

/// Who made a change.
struct Author: Sendable, Hashable {
    var system: String
    var person: PersonID?
    var role: String

    init(system: String, person: PersonID?, role: String) {
        self.system = system
        self.person = person
        self.role = role
    }

    init(_ caller: Caller) { self.init(system: caller.system.uri, person: caller.person, role: caller.role) }
}
