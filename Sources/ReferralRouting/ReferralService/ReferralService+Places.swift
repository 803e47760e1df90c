import ServiceKit
import Store

/// Free places: kept and taken in the county's partition, decided by the attempts in the children's.
extension ReferralService {
    /// Keeps a place for an attempt, for a short time; the attempt's own state lengthens it (`followPlace`).
    /// Counting and writing are one transaction, so no place is given twice.
    func keepPlace(_ attempt: AttemptID, of resource: ResourceRecord, _ municipality: String) async throws {
        try await healPlaces(of: [resource])
        let shortly = Instant(
            microseconds: kit.clock.now().microseconds + PlaceRules.confirmMicroseconds)
        try await write(Self.countyPartition) { store in
            if let mine = try store.place(for: attempt) {
                guard let expires = mine.expires, expires < shortly else { return }
                try store.setPlace(attempt, expires: shortly)
                return
            }
            guard try store.places(of: resource.id).count < Int(resource.capacityPlaces) else {
                throw ReferralError.noFreePlace
            }
            try store.put(
                PlaceRecord(
                    attempt: attempt, resource: resource.id, municipality: municipality, expires: shortly))
        }
    }

    /// Lets the place follow its attempt: taken when accepted, kept while asked, free when it ended.
    func followPlace(_ attempt: AttemptID, _ municipality: String) async throws {
        guard let place = try await read(Self.countyPartition, { try $0.place(for: attempt) }) else { return }
        try await settle([place])
    }

    /// Lets go what was kept for an attempt that was never written.
    func letGoUnwritten(_ attempt: AttemptID, _ municipality: String) async throws {
        guard try await read(municipality, { try $0.attemptState(attempt) }) == nil else { return }
        try await write(Self.countyPartition) { try $0.removePlace(attempt) }
    }

    /// Heals places of these resources: those that expired, and those of a full resource whose attempt has
    /// ended.
    func healPlaces(of resources: [ResourceRecord]) async throws {
        let now = kit.clock.now()
        let doubtful = try await read(Self.countyPartition) { store in
            var doubtful: [PlaceRecord] = []
            for resource in resources {
                let places = try store.places(of: resource.id)
                let isFull = places.count >= Int(resource.capacityPlaces)
                doubtful += places.filter { place in isFull || place.expires.map { $0 <= now } ?? false }
            }
            return doubtful
        }
        try await settle(doubtful)
    }

    /// One round over all places: what a crash or a missing answer left behind is set right.
    func sweepPlaces() async throws {
        try await settle(try await read(Self.countyPartition) { try $0.allPlaces() })
    }

    private func settle(_ places: [PlaceRecord]) async throws {
        guard !places.isEmpty else { return }
        let now = kit.clock.now()
        var steps: [(place: PlaceRecord, step: PlaceRules.Step)] = []
        for (municipality, group) in Dictionary(grouping: places, by: \.municipality) {
            steps += try await read(municipality) { store in
                try group.map { place in
                    let found = try store.attemptState(place.attempt)
                    let step = PlaceRules.step(
                        found?.state, reservedUntil: found?.reservedUntil ?? now, expires: place.expires,
                        now: now)
                    return (place, step)
                }
            }
        }
        let wanted = steps.filter { $0.step != .keep }
        guard !wanted.isEmpty else { return }
        try await write(Self.countyPartition) { store in
            for (place, step) in wanted {
                // Somebody else moved on with it meanwhile: theirs is newer.
                guard try store.place(for: place.attempt) == place else { continue }
                switch step {
                case .keep: break
                case .take: try store.setPlace(place.attempt, expires: nil)
                case .hold(let until): try store.setPlace(place.attempt, expires: until)
                case .release: try store.removePlace(place.attempt)
                }
            }
        }
    }
}
