import Foundation
import Subprocess
import TestSupport
import Testing

@Suite("What the five programs say of their settings")
struct SettingsTests {
    private struct Key: Decodable {
        var key: String
        var variable: String
        var `default`: String
        var allowed: String
        var meaning: String
    }
    private struct Validation: Decodable {
        struct Setting: Decodable, Hashable {
            var key: String
            var value: String
            var source: String
        }
        struct Fault: Decodable, Hashable {
            var key: String
            var message: String
        }
        var settings: [Setting]
        var faults: [Fault]
    }

    /// No variable of the machine that runs the tests.
    private func validate(
        _ program: String, _ arguments: [String] = [], environment: [Environment.Key: String?] = [:]
    ) async throws -> (Validation, County.Answer) {
        let answer = try await County.run(
            program, ["config", "validate", "--json"] + arguments, environment: environment)
        let validation = try answer.decoded(Validation.self)
        #expect(answer.status == (validation.faults.isEmpty ? 0 : 78))
        return (validation, answer)
    }

    private func keys(_ program: String) async throws -> [Key] {
        try await County.run(program, ["config", "keys", "--json"]).decoded([Key].self)
    }

    @Test(
        "Every key is told with its meaning, and reached by --set, its variable and the file",
        arguments: County.programs)
    func everyKey(_ program: String) async throws {
        let keys = try await keys(program)
        #expect(keys.map(\.key) == keys.map(\.key).sorted())
        #expect(Set(keys.map(\.variable)).count == keys.count)
        for key in keys { #expect(!key.meaning.isEmpty && !key.allowed.isEmpty) }
        // Not every setting takes a 17; each says who gave it.
        let (flags, _) = try await validate(program, keys.flatMap { ["--set", "\($0.key)=17"] })
        let variables = keys.map { (Environment.Key(stringLiteral: $0.variable), Optional("17")) }
        let (environment, _) = try await validate(
            program, environment: Dictionary(uniqueKeysWithValues: variables))
        let folder = try TemporaryFolder("settings")
        let path = folder.path + "/settings.json"
        // Dots in a name and objects in objects are the same.
        let file = "{" + keys.map { "\"\($0.key)\": 17" }.joined(separator: ",") + "}"
        try Data(file.utf8).write(to: URL(filePath: path))
        let (filed, _) = try await validate(program, ["--config", path])
        for (validation, source) in [(flags, "flag"), (environment, "environment"), (filed, "file")] {
            #expect(
                validation.settings
                    == keys.map { Validation.Setting(key: $0.key, value: "17", source: source) })
            #expect(validation.faults.allSatisfy { !$0.message.contains("no such setting") })
        }
    }

    @Test("The options of serve are the same settings")
    func options() async throws {
        let (risk, _) = try await validate(
            "risk",
            [
                "--data", "d", "--keys", "k", "--certificate", "c", "--key", "y", "--authority", "a",
                "--assertion-key", "s", "--county", "naide.example", "--environment", "test", "--log-level",
                "debug", "--listen", "[::1]:7499",
            ])
        let given = Dictionary(
            uniqueKeysWithValues: risk.settings.filter { $0.source == "flag" }.map { ($0.key, $0.value) })
        #expect(
            given == [
                "service.data": "d", "service.keys": "k", "tls.certificate": "c", "tls.key": "y",
                "tls.authority": "a", "assertion.public-key": "s", "county.name": "naide.example",
                "county.environment": "test", "log.level": "debug", "service.listen.host": "::1",
                "service.listen.port": "7499",
            ])
        #expect(try await County.run("gateway", ["serve", "--data", "d"]).status == 64)
    }

    @Test("All faults come at once: names, values, files and folders; serve says the same of the settings")
    func allAtOnce() async throws {
        let folder = try TemporaryFolder("settings")
        try Data().write(to: URL(filePath: folder.path + "/file"))
        let arguments = [
            "--set", "alarms.lateDays.limit=5", "--set", "pass.hour=24", "--log-level", "loud",
            "--data", folder.path + "/file", "--certificate", folder.path + "/none.pem",
            "--key", folder.path + "/file", "--config", folder.path + "/none.json",
        ]
        let environment: [Environment.Key: String?] = ["TUGI_PASS_HUOR": "2"]
        let (risk, _) = try await validate("risk", arguments, environment: environment)
        #expect(
            risk.faults.map(\.key) == [
                "--config", "log.level", "pass.hour", "alarms.lateDays.limit", "TUGI_PASS_HUOR",
                "tls.authority", "tls.certificate", "tls.key", "assertion.public-key", "service.data",
            ])
        let serve = try await County.run("risk", ["serve"] + arguments, environment: environment)
        #expect(serve.status == 78)
        for fault in risk.faults where fault.key != "service.data" {
            #expect(serve.messages.contains("\(fault.key): \(fault.message)"))
        }
        let probe = try await County.run("risk", ["probe"] + arguments, environment: environment)
        #expect(probe.status == 78)
    }

    @Test("Certificates and keys are looked at: whose, until when, of one pair, closed to others")
    func identity() async throws {
        let folder = try TemporaryFolder("settings")
        let own = folder.path + "/own"
        try await Repository.certificates(into: own)
        try await Repository.certificates(into: folder.path + "/other")
        func faults(_ more: [String] = []) async throws -> [String] {
            let (validation, answer) = try await validate(
                "referral",
                [
                    "--certificate", own + "/referral.pem", "--key", own + "/referral.key", "--authority",
                    own + "/ca.pem", "--assertion-key", own + "/assertion.pub", "--data", folder.path + "/d",
                    "--keys", folder.path + "/k",
                ] + more)
            #expect(!answer.output.contains("PRIVATE"))
            return validation.faults.map { "\($0.key): \($0.message)" }
        }
        #expect(try await faults() == [])
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/d"))
        let notOurs = try await faults(["--certificate", own + "/risk.pem", "--key", own + "/risk.key"])
        #expect(notOurs.count == 1 && notOurs[0].contains("/system/risk"))
        let pair = try await faults(["--key", own + "/risk.key"])
        #expect(pair.count == 1 && pair[0].contains("is not the key of"))
        let foreign = try await faults(["--authority", folder.path + "/other/ca.pem"])
        #expect(foreign.count == 1 && foreign[0].contains("no trusted authority"))
        let both = try await faults([
            "--authority", folder.path + "/other/ca.pem", "--key", own + "/risk.key",
        ])
        #expect(both.count == 2)
        let kind = try await faults(["--assertion-key", own + "/referral.pem"])
        #expect(kind.count == 1 && kind[0].hasPrefix("assertion.public-key: "))
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o644], ofItemAtPath: own + "/referral.key")
        let open = try await faults(["--set", "keys.create=false", "--set", "county.partitions=0060,0901"])
        #expect(open.count == 3)
        #expect(open[0].hasPrefix("tls.key: ") && open[0].contains("chmod 600"))
        #expect(open[1].contains("/k/referral/0060.key") && open[2].contains("/k/referral/0901.key"))
    }

    @Test("The list for people shows the same, sorted, with faults at the end")
    func plain() async throws {
        let answer = try await County.run("training", ["config", "--set", "training.ahed.days=3"])
        #expect(answer.status == 78)
        let lines = answer.output.split(separator: "\n")
        let listed = lines.prefix { !$0.contains(" fault") }.map { String($0.prefix { $0 != " " }) }
        #expect(listed == listed.sorted() && listed.contains("training.ahead.days"))
        #expect(
            lines.contains("  training.ahed.days: no such setting; did you mean training.ahead.days?"))
        let keys = try await County.run("training", ["config", "keys"])
        #expect(keys.status == 0 && keys.output.contains("TUGI_TRAINING_AHEAD_DAYS"))
    }
}
