import Contracts
import FoundationEssentials
import RPC
@testable import Registry
import ServiceKit
import SwiftProtobuf
import Testing
import TestSupport

@Suite("Who sees a child")
struct ChildAccessTests {
    /// One pupil in 7a and one in 7b of the sample school, one in another school.
    static func bench() async throws -> ServiceBench {
        let bench = try await SampleCounty.bench()
        _ = try await bench.importPupils(
            SampleCounty.csv(SampleCounty.row(1), SampleCounty.row(2, className: "7b")))
        _ = try await bench.importPupils(
            SampleCounty.csv(SampleCounty.row(3)), school: SampleCounty.otherSchool,
            as: SampleCounty.holder("\(SampleCounty.otherSchool).registrar"))
        return bench
    }

    @Test(
        "The class's own teacher, the support people and the registrars see the child by name, and it is recorded",
        arguments: [
            SampleCounty.classTeacher, SampleCounty.head, SampleCounty.registrar,
            SampleCounty.holder("\(SampleCounty.school).social-pedagogue"),
            SampleCounty.holder("\(SampleCounty.school).hev-coordinator"),
            SampleCounty.holder("vinni-vald.registrar"),
        ])
    func seen(caller: Caller) async throws {
        let bench = try await Self.bench()
        let id = try await bench.child("n1")
        let child = try await bench.getChild(id, as: caller)
        #expect(child.givenName == "Näidis")
        #expect(child.familyName == "Õpilane 1")
        #expect(child.institutionName == "Vinni-Pajusti Gümnaasium")
        let entries = try await bench.audited(id, in: "0901", as: SampleCounty.head)
        let entry = try #require(entries.first { $0.action.hasSuffix("GetChild") })
        #expect(entry.granted)
        #expect(entry.personID == caller.person?.data)
        #expect(entry.role == caller.role)
    }

    @Test(
        "Others do not, and the attempt is recorded",
        arguments: [
            SampleCounty.otherClassTeacher, SampleCounty.holder("\(SampleCounty.otherSchool).head"),
            SampleCounty.holder("vinni-vald.child-protection-worker"),
            SampleCounty.holder("vinni-vald.youth-worker"),
            SampleCounty.holder("vinni-vald.data-protection-officer"),
            Caller.synthetic(role: "head", person: .synthetic(99)),
        ])
    func unseen(caller: Caller) async throws {
        let bench = try await Self.bench()
        let id = try await bench.child("n1")
        await #expect(throws: RPCError.self) { try await bench.getChild(id, as: caller) }
        var officer = SampleCounty.holder("vinni-vald.data-protection-officer")
        officer.institutionKind = "municipality"
        let entries = try await bench.audited(id, in: "0901", as: officer)
        let entry = try #require(entries.first { $0.action.hasSuffix("GetChild") })
        #expect(!entry.granted)
        #expect(entry.personID == caller.person?.data)
    }

    @Test("Another municipality and the county see no child; an unknown child looks the same as one not open")
    func foreign() async throws {
        let bench = try await Self.bench()
        let id = try await bench.child("n1")
        for caller in [
            SampleCounty.holder("kunda-uhisgumnaasium.head", municipality: "0903"),
            SampleCounty.holder("virol.county-coordinator", municipality: "0060"), .operatorOfCounty(),
        ] {
            await #expect(throws: RPCError.self) { try await bench.getChild(id, as: caller) }
            await #expect(throws: RPCError.self) { try await bench.listChildren(as: caller) }
        }
        var reasons: [String] = []
        for child in [id, ChildID.synthetic(5)] {
            do { _ = try await bench.getChild(child, as: SampleCounty.otherClassTeacher) } catch let error
                as RPCError
            {
                reasons.append(error.reason + error.message)
            }
        }
        #expect(reasons.count == 2)
        #expect(Set(reasons).count == 1)
    }

    @Test(
        "A class teacher lists the own class, the school's people the school, the municipality's registrar all"
    )
    func lists() async throws {
        let bench = try await Self.bench()
        #expect(
            try await bench.listChildren(as: SampleCounty.classTeacher).map(\.familyName) == ["Õpilane 1"])
        #expect(try await bench.listChildren(as: SampleCounty.head).count == 2)
        #expect(
            try await bench.listChildren(className: "7b", as: SampleCounty.head).map(\.className) == ["7b"])
        #expect(try await bench.listChildren(school: SampleCounty.otherSchool, as: SampleCounty.head).isEmpty)
        #expect(try await bench.listChildren(as: SampleCounty.holder("vinni-vald.registrar")).count == 3)
        await #expect(throws: RPCError.self) {
            try await bench.listChildren(as: SampleCounty.holder("vinni-vald.youth-worker"))
        }
        let entries = try await bench.audited(try await bench.child("n2"), in: "0901", as: SampleCounty.head)
        #expect(entries.filter { $0.action.hasSuffix("ListChildren") }.count == 3)
    }

    @Test("A link opens a child to a specialist, is told, and its end closes the child again")
    func link() async throws {
        let bench = try await Self.bench()
        let id = try await bench.child("n1")
        let worker = SampleCounty.holder("vinni-vald.child-protection-worker")
        let link = try await bench.link(id, worker, as: SampleCounty.classTeacher)
        let child = try await bench.getChild(id, as: worker)
        #expect(child.links.map(\.linkID) == [link])
        #expect(child.links.first?.personName.hasPrefix("Näidis Spetsialist") == true)
        #expect(try await bench.listChildren(as: worker).count == 1)
        #expect(try await bench.link(id, worker, as: SampleCounty.head) == link)

        _ = try await bench.call(
            RegistryMethods.endLink,
            .with {
                $0.municipality = "0901"
                $0.childID = id.data
                $0.linkID = link
                $0.reason = "Kokkulepe esindajaga"
            }, as: worker)
        await #expect(throws: RPCError.self) { try await bench.getChild(id, as: worker) }
        let told = try await bench.emitted(partition: "0901").compactMap {
            if case .childLinked(let body) = $0.body { body } else { nil }
        }
        #expect(told.map(\.until) == ["", "2026-02-02"])
        #expect(told.allSatisfy { $0.personID == worker.person?.data && $0.role == worker.role })
    }

    @Test("Who does not work with the class gives no link, and nobody is linked in a role not held")
    func refusedLinks() async throws {
        let bench = try await Self.bench()
        let id = try await bench.child("n1")
        let worker = SampleCounty.holder("vinni-vald.child-protection-worker")
        for caller in [SampleCounty.otherClassTeacher, SampleCounty.registrar, worker] {
            await #expect(throws: RPCError.self) { try await bench.link(id, worker, as: caller) }
        }
        let false_ = Caller.synthetic(role: "school-psychologist", person: try #require(worker.person))
        await #expect(throws: RPCError.self) { try await bench.link(id, false_, as: SampleCounty.head) }
        let foreign = SampleCounty.holder("kunda-uhisgumnaasium.social-pedagogue", municipality: "0903")
        await #expect(throws: RPCError.self) { try await bench.link(id, foreign, as: SampleCounty.head) }
        #expect(
            try await !bench.emitted(partition: "0901").contains {
                if case .childLinked = $0.body { true } else { false }
            })
    }

    @Test(
        "A move to another school ends the links of the earlier school's specialists, not the municipality's")
    func linksAfterMove() async throws {
        let bench = try await SampleCounty.bench()
        _ = try await bench.importPupils(SampleCounty.csv(SampleCounty.row(1, code: "50001010017")))
        let id = try await bench.child("n1")
        let specialist = SampleCounty.holder("\(SampleCounty.school).school-psychologist")
        let worker = SampleCounty.holder("vinni-vald.child-protection-worker")
        let link = try await bench.link(id, specialist, as: SampleCounty.classTeacher)
        _ = try await bench.link(id, worker, as: SampleCounty.classTeacher)
        let other = SampleCounty.otherSchool
        _ = try await bench.importPupils(
            SampleCounty.csv(SampleCounty.row(9, code: "50001010017", from: "2026-01-12")), school: other,
            as: SampleCounty.holder("\(other).registrar"))
        let child = try await bench.getChild(id, as: worker)
        #expect(child.links.filter { !$0.until.isEmpty }.map(\.linkID) == [link])
        await #expect(throws: RPCError.self) { try await bench.getChild(id, as: specialist) }
        await #expect(throws: RPCError.self) { try await bench.getChild(id, as: SampleCounty.classTeacher) }
    }

    @Test("Who no longer holds the post no longer sees the child")
    func endedPost() async throws {
        let bench = try await Self.bench()
        let id = try await bench.child("n1")
        let posts = try SampleCounty.document().posts
        var post = try #require(posts.first { $0.code == "\(SampleCounty.school).class-teacher.7a" })
        post.until = "2026-02-01"
        _ = try await bench.importCounty(.with { $0.posts = [post] })
        await #expect(throws: RPCError.self) { try await bench.getChild(id, as: SampleCounty.classTeacher) }
    }
}

extension ServiceBench {
    func link(_ child: ChildID, _ specialist: Caller, as caller: Caller) async throws -> Data {
        try await call(
            RegistryMethods.linkSpecialist,
            .with {
                $0.municipality = "0901"
                $0.childID = child.data
                $0.personID = specialist.person?.data ?? Data()
                $0.role = specialist.role
            }, as: caller
        ).linkID
    }
}
