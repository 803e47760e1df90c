import ServiceKit
import Store

/// A place of a resource, kept for an attempt or taken by it.
struct PlaceRecord: Sendable, Hashable {
    var attempt: AttemptID
    var resource: ResourceID
    var municipality: String
    /// Nil: taken.
    var expires: Instant?
}

/// Free places (county partition).
extension ReferralStore {
    /// Places kept or taken, by resource.
    func usedPlaces() throws -> [ResourceID: UInt32] {
        var used: [ResourceID: UInt32] = [:]
        try transaction.forEach(
            "SELECT resource_id, COUNT(*) FROM places GROUP BY resource_id ORDER BY resource_id", []
        ) { used[try $0.id(0)] = try $0.number(1) }
        return used
    }

    func places(of resource: ResourceID) throws -> [PlaceRecord] {
        try transaction.all(
            """
            SELECT attempt_id, resource_id, municipality, expires FROM places WHERE resource_id = $1
            ORDER BY attempt_id
            """, .id(resource), as: place)
    }

    func allPlaces() throws -> [PlaceRecord] {
        try transaction.all(
            "SELECT attempt_id, resource_id, municipality, expires FROM places ORDER BY attempt_id", as: place
        )
    }

    func place(for attempt: AttemptID) throws -> PlaceRecord? {
        try transaction.first(
            "SELECT attempt_id, resource_id, municipality, expires FROM places WHERE attempt_id = $1",
            .id(attempt), as: place)
    }

    func put(_ place: PlaceRecord) throws {
        try transaction.run(
            """
            INSERT INTO places (attempt_id, resource_id, municipality, expires) VALUES ($1, $2, $3, $4)
            ON CONFLICT (attempt_id) DO UPDATE SET expires = excluded.expires
            """,
            .id(place.attempt), .id(place.resource), .text(place.municipality),
            place.expires.map { .instant($0) } ?? .null)
    }

    /// Changes a place that is there; a place that was let go does not come back this way.
    func setPlace(_ attempt: AttemptID, expires: Instant?) throws {
        try transaction.run(
            "UPDATE places SET expires = $2 WHERE attempt_id = $1", .id(attempt),
            expires.map { .instant($0) } ?? .null)
    }

    func removePlace(_ attempt: AttemptID) throws {
        try transaction.run("DELETE FROM places WHERE attempt_id = $1", .id(attempt))
    }

    private func place(_ row: any Row) throws -> PlaceRecord {
        PlaceRecord(
            attempt: try row.id(0), resource: try row.id(1), municipality: try row.text(2),
            expires: try row.optionalInstant(3))
    }
}
