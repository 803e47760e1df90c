import Store
import Testing

/// Steps of a schema, over every engine.
@Suite("Migrations") struct MigrationTests {
    static let engines = Engine.all
    static let first = Migration("0001-first", ["CREATE TABLE a (id INTEGER PRIMARY KEY)"])
    static let second = Migration("0002-second", ["CREATE TABLE b (id INTEGER PRIMARY KEY)"])
    static let third = Migration("0003-third", ["CREATE TABLE c (id INTEGER PRIMARY KEY)"])

    @Test("New steps are added to what a partition has", arguments: engines)
    func added(_ engine: Engine) async throws {
        let folder = try TemporaryFolder()
        for steps in [
            [Self.first], [Self.first, Self.second, Self.third], [Self.first, Self.second, Self.third],
        ] {
            let store = engine.open(folder.path, steps)
            let tables = ["a", "b", "c"].prefix(steps.count)
            try await store.partition("0792").read { transaction in
                for table in tables { try transaction.forEach("SELECT id FROM \(table)", []) { _ in } }
            }
            #expect(store.schema() == steps.last?.name)
            await engine.close(store)
        }
    }

    @Test(
        "Changed, missing, reordered and unknown newer steps are refused by name",
        arguments: engines,
        [
            ([Migration("0001-first", ["CREATE TABLE a (id TEXT)"]), second], "0001-first"),
            ([second], "0001-first"), ([second, first], "0001-first"), ([first], "0002-second"),
            ([first, third], "0002-second"), ([], "0001-first"),
        ])
    func refused(_ engine: Engine, _ case: ([Migration], String)) async throws {
        let folder = try TemporaryFolder()
        let before = engine.open(folder.path, [Self.first, Self.second])
        try await before.partition("0792").read { _ in }
        await engine.close(before)
        let after = engine.open(folder.path, `case`.0)
        let error = await #expect(throws: StoreError.self) { try await after.partition("0792").read { _ in } }
        #expect(error?.code == .damaged)
        #expect(error?.message.contains(`case`.1) == true)
        await engine.close(after)
    }

    @Test("A step that fails is undone as a whole and can be mended", arguments: engines)
    func failing(_ engine: Engine) async throws {
        let folder = try TemporaryFolder()
        let broken = Migration(
            "0002-second", ["CREATE TABLE b (id INTEGER PRIMARY KEY)", "CREATE TABEL c (id)"])
        let before = engine.open(folder.path, [Self.first, broken])
        let error = await #expect(throws: StoreError.self) {
            try await before.partition("0792").read { _ in }
        }
        #expect(error?.code == .statement)
        #expect(error?.message.contains("0002-second") == true)
        await engine.close(before)
        let after = engine.open(folder.path, [Self.first, Self.second])
        try await after.partition("0792").read { try $0.forEach("SELECT id FROM b", []) { _ in } }
        await engine.close(after)
    }

    @Test("Only portable types and words are taken in a table", arguments: engines)
    func vocabulary(_ engine: Engine) async throws {
        for statement in [
            "CREATE TABLE x (id DATETIME)", "CREATE TABLE x (id INTEGER PRIMARY KEY AUTOINCREMENT)",
            "CREATE TABLE x (id BLOB PRIMARY KEY) WITHOUT ROWID", "CREATE TABLE x (id ANY)",
            "CREATE TABLE x (id)", "CREATE TABLE x AS SELECT 1",
        ] {
            await #expect(throws: StoreError.self, "\(statement)") {
                try await engine.with([Migration("0001-x", [statement])]) { try await $0.read { _ in } }
            }
        }
    }

    @Test("The word INSTANT is a type in a table's definition only", arguments: engines)
    func instants(_ engine: Engine) async throws {
        let steps = [
            Migration(
                "0001-times",
                [
                    """
                    create table event ( -- an INSTANT's table
                    "AN INSTANT" INSTANT NOT NULL DEFAULT (0), instant INSTANT, note TEXT DEFAULT 'INSTANT ''x'')'
                    ); -- the end (of it)
                    """,
                    "CREATE INDEX event_instant ON event (instant)",
                    "CREATE UNIQUE INDEX event_table ON event (\"AN INSTANT\")",
                ])
        ]
        try await engine.with(steps) { database in
            let row = try await database.write { transaction in
                try transaction.run(
                    "INSERT INTO event (instant) VALUES ($1)", .instant(Instant(microseconds: 7)))
                return try transaction.first("SELECT instant, note FROM event") {
                    "\(try $0.instant(0).microseconds) \(try $0.text(1))"
                }
            }
            #expect(row == "7 INSTANT 'x')")
        }
    }
}
