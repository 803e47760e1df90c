import HumanServices
import ServiceKit
import Store

/// Packages of HSDS as they were taken in, each under the name of its source; in partition 0060.
enum HumanServicesStore {
    struct Source: Sendable {
        var name: String
        var owner: String
        var defaults: DirectoryReading.Defaults
        var package: KeptPackage
        var links: [DirectoryReading.Link]
    }

    /// Stores a source's package in the place of the one before.
    static func replace(
        _ source: Source, at now: Instant, by system: String, _ transaction: any Transaction
    ) throws {
        let name = Value.text(source.name)
        for table in ["hsds_sources", "hsds_documents", "hsds_objects", "hsds_links"] {
            try transaction.run("DELETE FROM \(table) WHERE source = $1", name)
        }
        let defaults = source.defaults
        try transaction.run(
            """
            INSERT INTO hsds_sources (source, owner, version, imported_at, by_system, municipality, institution_kind,
             field, scope, prevention_tier, need_codes) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """, name, .text(source.owner), .text(source.package.version.rawValue), .instant(now),
            .text(system),
            .text(defaults.municipality), .text(defaults.institutionKind), .text(defaults.field),
            .text(defaults.scope), .text(defaults.preventionTier),
            .text(defaults.needCodes.joined(separator: " ")))
        for (place, document) in source.package.documents.enumerated() {
            try transaction.run(
                """
                INSERT INTO hsds_documents (source, place, name, is_table, content)
                VALUES ($1, $2, $3, $4, $5)
                """, name, .integer(Int64(place)), .text(document.name), .integer(document.isTable ? 1 : 0),
                .blob(document.content))
        }
        for (place, object) in source.package.objects.enumerated() {
            try transaction.run(
                """
                INSERT INTO hsds_objects (source, place, type, id, variant, content)
                VALUES ($1, $2, $3, $4, $5, $6)
                """, name, .integer(Int64(place)), .text(object.key.type), .text(object.key.id),
                .integer(Int64(object.variant)), .blob(object.content))
        }
        for link in source.links {
            try transaction.run(
                """
                INSERT INTO hsds_links (source, type, id, code, is_institution) VALUES ($1, $2, $3, $4, $5)
                """, name, .text(link.key.type), .text(link.key.id), .text(link.code),
                .integer(link.isInstitution ? 1 : 0))
        }
    }

    /// A source's package; nil: there is no such source.
    static func source(_ name: String, _ transaction: any Transaction) throws -> Source? {
        let head = try transaction.first(
            """
            SELECT owner, version, municipality, institution_kind, field, scope, prevention_tier, need_codes
            FROM hsds_sources WHERE source = $1
            """, .text(name)
        ) { row in
            (
                owner: try row.text(0), version: try row.text(1),
                defaults: DirectoryReading.Defaults(
                    municipality: try row.text(2), institutionKind: try row.text(3), field: try row.text(4),
                    scope: try row.text(5), preventionTier: try row.text(6),
                    needCodes: CountyStore.list(try row.text(7)))
            )
        }
        guard let head else { return nil }
        guard let version = Specification.Version(rawValue: head.version) else {
            throw StoreError(
                .damaged, "A kept HSDS package has no known version. Verify the store and restore a backup.")
        }
        let documents = try transaction.all(
            "SELECT name, is_table, content FROM hsds_documents WHERE source = $1 ORDER BY place", .text(name)
        ) {
            KeptPackage.Document(
                name: try $0.text(0), isTable: try $0.integer(1) != 0, content: try $0.blob(2))
        }
        let objects = try transaction.all(
            "SELECT type, id, variant, content FROM hsds_objects WHERE source = $1 ORDER BY place",
            .text(name)
        ) {
            KeptPackage.Object(
                key: ObjectKey(type: try $0.text(0), id: try $0.text(1)), variant: try CountyStore.int($0, 2),
                content: try $0.blob(3))
        }
        let links = try transaction.all(
            "SELECT type, id, code, is_institution FROM hsds_links WHERE source = $1 ORDER BY type, id",
            .text(name)
        ) {
            DirectoryReading.Link(
                key: ObjectKey(type: try $0.text(0), id: try $0.text(1)), code: try $0.text(2),
                isInstitution: try $0.integer(3) != 0)
        }
        return Source(
            name: name, owner: head.owner, defaults: head.defaults,
            package: KeptPackage(version: version, documents: documents, objects: objects), links: links)
    }
}
