import Store

/// What `verify` found about one partition.
struct PartitionFinding {
    var code: String
    /// Nil: the file is sound.
    var damage: String?
    var chain: AuditChain.Finding
    var digest: String

    var isWhole: Bool {
        if case .whole = chain { return damage == nil }
        return false
    }

    /// Looks at every partition that exists.
    static func all(of host: ServiceHost) async throws -> [PartitionFinding] {
        var findings: [PartitionFinding] = []
        for code in try await host.store.codes() {
            findings.append(try await one(code, of: host))
        }
        return findings
    }

    private static func one(_ code: String, of host: ServiceHost) async throws -> PartitionFinding {
        var damage: String?
        do {
            try await host.store.integrityCheck(code)
        } catch let error as StoreError where error.code == .damaged {
            damage = error.message
        }
        let database = try await host.store.partition(code)
        let chain = AuditChain(vault: host.kit.vault, partition: code)
        return PartitionFinding(
            code: code, damage: damage, chain: try await chain.verify(in: database),
            digest: try await host.store.domainDigest(code))
    }

    private var chainText: String {
        switch chain {
        case .whole(let sealed, let waiting):
            "audit chain whole (\(sealed) sealed, \(waiting) to be sealed)"
        case .broken(let number): "audit chain BROKEN at entry \(number)"
        case .headForeign: "audit chain CUT or its head not made here"
        }
    }

    var line: String { "\(code)  \(damage ?? "file sound")  \(chainText)  \(digest)" }

    var json: String {
        JSONText.object([
            ("partition", code), ("whole", isWhole ? "true" : "false"), ("file", damage ?? "sound"),
            ("audit", chainText), ("digest", digest),
        ])
    }
}
