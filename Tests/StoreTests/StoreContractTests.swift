import Store
import Testing

/// What services rely on, whatever the engine.
@Suite("Every engine of the store") struct StoreContractTests {
    static let engines = Engine.all

    @Test("Values of every type come back as they were written", arguments: engines)
    func roundTrip(_ engine: Engine) async throws {
        try await engine.with { database in
            try await database.write { transaction in
                try transaction.run(
                    "INSERT INTO child (id, version, weight, class, seen) VALUES ($1, $2, $3, $4, $5)",
                    .blob([0, 1, 255]), .integer(.max), .real(-1.5), .text("5. klass õ\u{0}x"),
                    .instant(Instant(microseconds: -1)))
                try transaction.run(
                    "INSERT INTO child (id, version, weight, class, seen) VALUES ($1, $2, $3, $4, $5)",
                    .blob([]), .integer(1), .null, .text(""), .null)
            }
            let rows = try await database.read { transaction in
                try transaction.all("SELECT id, version, weight, class, seen FROM child ORDER BY id") { row in
                    [
                        .blob(try row.blob(0)), .integer(try row.integer(1)),
                        try row.optionalReal(2).map(Value.real) ?? .null, .text(try row.text(3)),
                        try row.optionalInstant(4).map(Value.instant) ?? .null,
                    ] as [Value]
                }
            }
            #expect(
                rows == [
                    [.blob([]), .integer(1), .null, .text(""), .null],
                    [
                        .blob([0, 1, 255]), .integer(.max), .real(-1.5), .text("5. klass õ\u{0}x"),
                        .instant(Instant(microseconds: -1)),
                    ],
                ])
        }
    }

    @Test("A parameter goes by its number, in any order and more than once", arguments: engines)
    func parameters(_ engine: Engine) async throws {
        try await engine.with { database in
            let answer = try await database.read { transaction in
                try transaction.first(
                    "SELECT $2, $1, $2, $3, $11 FROM (SELECT $4, $5, $6, $7, $8, $9, $10)",
                    .text("one"), .text("two"), .text("three"), .null, .null, .null, .null, .null, .null,
                    .null,
                    .text("eleven")
                ) { row in try (0..<5).map { try row.text($0) } }
            }
            #expect(answer == ["two", "one", "two", "three", "eleven"])
        }
    }

    @Test("Too few, too many or unnumbered parameters are our own fault", arguments: engines)
    func wrongParameters(_ engine: Engine) async throws {
        try await engine.with { database in
            for (sql, count) in [("SELECT $1, $2", 1), ("SELECT $1", 2), ("SELECT ?", 1), ("SELECT :a", 1)] {
                await #expect(throws: StoreError.self, "\(sql)") {
                    try await database.read {
                        try $0.forEach(sql, Array(repeating: .integer(1), count: count)) { _ in }
                    }
                }
            }
        }
    }

    @Test("A write tells how many rows it changed", arguments: engines)
    func changes(_ engine: Engine) async throws {
        try await engine.with { database in
            let counts = try await database.write { transaction in
                try [
                    transaction.run("INSERT INTO note (id, text) VALUES (1, 'a'), (2, 'b')"),
                    transaction.run("UPDATE note SET text = 'c' WHERE id = $1", .integer(9)),
                    transaction.run(
                        "INSERT INTO note (id, text) VALUES (1, 'x') ON CONFLICT (id) DO NOTHING"),
                    transaction.run("DELETE FROM note"),
                ]
            }
            #expect(counts == [2, 0, 0, 2])
        }
    }

    @Test("A write that throws leaves nothing", arguments: engines)
    func undone(_ engine: Engine) async throws {
        struct Refused: Error {}
        try await engine.with { database in
            await #expect(throws: Refused.self) {
                try await database.write { transaction in
                    try transaction.run("INSERT INTO note (id, text) VALUES (1, 'a')")
                    throw Refused()
                }
            }
            let count = try await database.read {
                try $0.first("SELECT count(*) FROM note") { try $0.integer(0) }
            }
            #expect(count == 0)
        }
    }

    @Test("A read cannot write", arguments: engines)
    func readOnly(_ engine: Engine) async throws {
        try await engine.with { database in
            let error = await #expect(throws: StoreError.self) {
                try await database.read { try $0.run("INSERT INTO note (id, text) VALUES (1, 'a')") }
            }
            #expect(error?.code == .notWritten)
        }
    }

    @Test("A broken rule of the schema names the rule and no values", arguments: engines)
    func constraints(_ engine: Engine) async throws {
        try await engine.with { database in
            for (sql, hint) in [
                ("INSERT INTO child (id, version) VALUES ($1, 0)", "CHECK"),
                ("INSERT INTO child (version) VALUES (length($1))", "child.id"),
                ("INSERT INTO link (child, kind) VALUES ($1, 'x')", "FOREIGN KEY"),
                ("INSERT INTO note (id, text) VALUES (1, 'Näidis Õpilane'), (1, hex($1))", "note.id"),
            ] {
                let error = await #expect(throws: StoreError.self) {
                    try await database.write { try $0.run(sql, .blob([1])) }
                }
                #expect(error?.code == .constraint)
                #expect(error?.message.contains(hint) == true)
                #expect(error?.message.contains("Näidis") == false)
            }
        }
    }

    @Test("A value of the wrong type is refused when written", arguments: engines)
    func strictTypes(_ engine: Engine) async throws {
        try await engine.with { database in
            let error = await #expect(throws: StoreError.self) {
                try await database.write {
                    try $0.run("INSERT INTO note (id, text) VALUES (1, $1)", .blob([1]))
                }
            }
            #expect(error?.code == .constraint)
        }
    }

    @Test("Reading a column as another type, a null or a missing column is an error", arguments: engines)
    func wrongTypes(_ engine: Engine) async throws {
        try await engine.with { database in
            let reads: [@Sendable (any Row) throws -> Void] = [
                { _ = try $0.integer(1) }, { _ = try $0.text(0) }, { _ = try $0.blob(1) },
                { _ = try $0.real(1) },
                { _ = try $0.instant(2) }, { _ = try $0.integer(2) }, { _ = try $0.integer(3) },
                { _ = try $0.isNull(-1) }, { _ = try $0.text(.max) },
            ]
            for read in reads {
                await #expect(throws: StoreError.self) {
                    try await database.read { try $0.forEach("SELECT 1, 'a', NULL", []) { try read($0) } }
                }
            }
        }
    }

    @Test("One statement may run inside its own rows", arguments: engines)
    func nested(_ engine: Engine) async throws {
        try await engine.with { database in
            let pairs = try await database.write { transaction in
                try transaction.run("INSERT INTO note (id, text) VALUES (1, 'a'), (2, 'b')")
                var pairs: [String] = []
                let sql = "SELECT text FROM note ORDER BY id"
                try transaction.forEach(sql, []) { outer in
                    try transaction.forEach(sql, []) { pairs.append(try outer.text(0) + $0.text(0)) }
                }
                return pairs
            }
            #expect(pairs == ["aa", "ab", "ba", "bb"])
        }
    }

    @Test("Transactions and files are not for a service's statements", arguments: engines)
    func refusedStatements(_ engine: Engine) async throws {
        try await engine.with { database in
            for sql in [
                "COMMIT", " rollback", "PRAGMA user_version = 3", "ATTACH 'x' AS y", "SELECT 1; SELECT 2", "",
                "x",
            ] {
                let error = await #expect(throws: StoreError.self, "\(sql)") {
                    try await database.write { try $0.run(sql) }
                }
                #expect(error?.code == .statement)
            }
        }
    }

    @Test("Two partitions do not see each other", arguments: engines)
    func partitions(_ engine: Engine) async throws {
        let folder = try TemporaryFolder()
        let store = engine.open(folder.path, Schema.all)
        try await store.partition("0792").write { try $0.run("INSERT INTO note (id, text) VALUES (1, 'a')") }
        let other = try await store.partition("0901").read {
            try $0.first("SELECT count(*) FROM note") { try $0.integer(0) }
        }
        #expect(other == 0)
        #expect(try await store.codes() == ["0792", "0901"])
        #expect(store.schema() == "0002-notes")
        await engine.close(store)
    }

    @Test("A partition that is not configured is refused", arguments: engines)
    func unknownPartition(_ engine: Engine) async throws {
        let folder = try TemporaryFolder()
        let store = engine.open(folder.path, Schema.all)
        for code in ["0191", "../x", ""] {
            let error = await #expect(throws: StoreError.self) { try await store.partition(code) }
            #expect(error?.code == .unavailable)
        }
        await engine.close(store)
    }

    @Test("What was written is there after a restart, and a closed store refuses", arguments: engines)
    func reopening(_ engine: Engine) async throws {
        let folder = try TemporaryFolder()
        let first = engine.open(folder.path, [Schema.children, Schema.notes])
        let partition = try await first.partition("0792")
        try await partition.write { try $0.run("INSERT INTO note (id, text) VALUES (1, 'a')") }
        await engine.close(first)
        let error = await #expect(throws: StoreError.self) { try await partition.read { _ in } }
        #expect(error?.code == .unavailable)

        let second = engine.open(
            folder.path, Schema.all + [Migration("0003-more", ["ALTER TABLE note ADD COLUMN at INSTANT"])])
        let text = try await second.partition("0792").read {
            try $0.first("SELECT text FROM note WHERE at IS NULL") { try $0.text(0) }
        }
        #expect(text == "a")
        await engine.close(second)
    }
}
