import HumanServices
import ServiceKit

/// How the county's directory is written in HSDS (Protocols/hsds.md): what HSDS has no field for is an
/// attribute of one of our taxonomies.
enum DirectoryProfile {
    static let uri = "urn:tugi:hsds-profile:1"

    /// Our taxonomies. A term's code is the value itself where values are codes, else the taxonomy's name.
    enum Taxonomy: String, CaseIterable {
        case resourceCode = "tugi:resource-code"
        case table = "tugi:resource-table"
        case kind = "tugi:resource-kind"
        case field = "tugi:field"
        case scope = "tugi:scope"
        case need = "tugi:need"
        case preventionTier = "tugi:prevention-tier"
        case gradeFrom = "tugi:grade-from"
        case gradeTo = "tugi:grade-to"
        case post = "tugi:post"
        case institutionCode = "tugi:institution-code"
        case institutionKind = "tugi:institution-kind"
        case municipality = "tugi:municipality"
        /// 3.0 has no capacities.
        case capacityPlaces = "tugi:capacity-places"
        case capacityAsOf = "tugi:capacity-as-of"

        var hasTerms: Bool {
            switch self {
            case .resourceCode, .gradeFrom, .gradeTo, .post, .institutionCode, .capacityPlaces, .capacityAsOf:
                false
            default: true
            }
        }
    }

    /// Ids of what only the written form has are made from codes as those of the map are.
    static func id(_ kind: String, _ code: String) -> String {
        ResourceID.derived("hsds-\(kind)", code).description
    }

    /// An attribute of the object that `owner` names.
    static func attribute(_ taxonomy: Taxonomy, _ value: String, of type: String, _ owner: String)
        -> JSONValue
    {
        let code = taxonomy.hasTerms ? value : taxonomy.rawValue
        return object(
            ("id", .text(id("attribute", "\(owner):\(taxonomy.rawValue):\(value)"))),
            ("link_entity", .text(type)), ("value", .text(value)),
            (
                "taxonomy_term",
                object(
                    ("id", .text(id("term", "\(taxonomy.rawValue):\(code)"))), ("code", .text(code)),
                    ("name", .text(code)), ("description", .text(code)),
                    ("taxonomy", .text(taxonomy.rawValue)))
            ))
    }

    static func object(_ members: (String, JSONValue?)...) -> JSONValue { object(members) }

    /// Members without a value are left out.
    static func object(_ members: [(String, JSONValue?)]) -> JSONValue {
        .object(
            JSONObject(
                members.compactMap { name, value in value.map { JSONObject.Member(name, $0) } }))
    }
}
