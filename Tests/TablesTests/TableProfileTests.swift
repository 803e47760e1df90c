import FoundationEssentials
import Tables
import Testing

@Suite("Mapping a foreign table by a profile") struct TableProfileTests {
    private func profile(_ json: String) throws -> TableProfile {
        try JSONDecoder().decode(TableProfile.self, from: Data(json.utf8))
    }

    private func profile(columns: String, more: String = "") throws -> TableProfile {
        try profile(
            "{\"profile\":\"tugi-profile/1\",\"name\":\"x\",\"target\":\"pupils\",\(more)\"columns\":[\(columns)]}"
        )
    }

    private func lines(_ mapped: MappedTable) -> [String] {
        String(decoding: mapped.csv, as: UTF8.self).split(separator: "\r\n").map(String.init)
    }

    @Test("Columns are renamed, set, joined and split")
    func columns() throws {
        let profile = try profile(
            columns: """
                {"to":"pupil","from":["Kood"]},
                {"to":"given_name","from":["Nimi"],"split":",","take":"all-but-first"},
                {"to":"family_name","from":["Nimi"],"split":",","take":"first"},
                {"to":"class","from":["Klass","Paralleel"],"join":""},
                {"to":"grade","from":["Klass"],"take":"digits"},
                {"to":"letter","from":["Rühm"],"take":"after-digits"},
                {"to":"first","from":["Täisnimi"],"take":"all-but-last"},
                {"to":"last","from":["Täisnimi"],"take":"last"},
                {"to":"country","constant":"EE"},
                {"to":"phone","from":["Telefon"],"constant":"-","optional":true}
                """)
        #expect(profile.problem == nil)
        let mapped = profile.apply(
            Array(
                "KOOD;nimi;Klass;Paralleel;Rühm;Täisnimi\n7;Näidis, Mari Liis;5;a;10. B;Mari Liis Näidis\n"
                    .utf8))
        #expect(mapped.faults.isEmpty)
        #expect(lines(mapped).last == "7,Mari Liis,Näidis,5a,5,B,Mari Liis,Näidis,EE,-")
    }

    @Test("Values are mapped by lists, dates by their order, and what is not in a list is told or kept")
    func values() throws {
        let profile = try profile(
            columns: """
                {"to":"language","from":["Keel"],"values":{"eesti keel":"et","vene":"ru"}},
                {"to":"kept","from":["Keel"],"values":{"vene":"ru"},"otherwise":"keep"},
                {"to":"born","from":["Sünd"],"kind":"date","dateOrder":"mdy"},
                {"to":"residence","from":["EHAK"],"kind":"municipality"}
                """)
        let mapped = profile.apply(
            Array("Keel;Sünd;EHAK\nEESTI KEEL;9/1/2015;792\nvene;12.31.14;0901\nläti;1/2/2015;0901\n".utf8))
        #expect(
            Array(lines(mapped).dropFirst()) == [
                "et,EESTI KEEL,2015-09-01,0792", "ru,ru,2014-12-31,0901",
            ])
        #expect(
            mapped.faults.map { "\($0.row):\($0.column ?? "-"):\($0.code)" } == [
                "4:language:value-not-mapped"
            ])
        #expect(!"\(mapped.faults)".contains("läti"))
    }

    @Test("Rows that the profile passes over are counted, and each row leads back to its source")
    func rows() throws {
        let profile = try profile(
            columns: "{\"to\":\"pupil\",\"from\":[\"Kood\"]}", more: "\"keep\":{\"Staatus\":[\"õpib\"]},")
        let mapped = profile.apply(
            Array("Nimekiri\nKood;Staatus\n1;õpib\n2;lahkunud\n\n3;ÕPIB\n".utf8))
        #expect(lines(mapped) == ["pupil", "1", "3"])
        #expect(mapped.passedOver == 1)
        #expect([2, 3].map { mapped.sourceRow($0) } == [3, 6])
    }

    @Test("A foreign column that is needed and not there is told by its heading")
    func missing() throws {
        let profile = try profile(
            columns: "{\"to\":\"pupil\",\"from\":[\"Kood\"]},{\"to\":\"class\",\"from\":[\"Klass\"]}")
        let mapped = profile.apply(Array("Kood;Muu\n1;x\n".utf8))
        #expect(mapped.faults.map(\.column) == ["Klass"])
        #expect(mapped.faults.map(\.code) == ["missing-column"])
    }

    @Test("What is wrong with a profile is told before a file is read")
    func wrong() throws {
        let good = "{\"to\":\"pupil\",\"from\":[\"Kood\"]}"
        #expect(try profile(columns: good).problem == nil)
        #expect(try profile(columns: "").problem != nil)
        #expect(try profile(columns: good + "," + good).problem != nil)
        #expect(try profile(columns: good, more: "\"encoding\":\"Latin-9\",").problem != nil)
        #expect(try profile(columns: good, more: "\"separator\":\"/\",").problem != nil)
        for column in [
            "{\"to\":\"a\"}", "{\"to\":\"a\",\"from\":[]}",
            "{\"to\":\"a\",\"from\":[\"x\"],\"kind\":\"colour\"}",
            "{\"to\":\"a\",\"from\":[\"x\"],\"dateOrder\":\"ydm\"}",
            "{\"to\":\"a\",\"from\":[\"x\"],\"otherwise\":\"drop\"}",
        ] {
            #expect(try profile(columns: column).problem != nil)
        }
    }

    @Test("The shipped profiles take a made-up list each, and mark their headings as assumed")
    func shipped() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/Operator/Shipped")
        let files = [
            "ehis-pupils":
                "Õppuri ID;Eesnimi;Perekonnanimi;Isikukood;Sünnikuupäev;Klass;Paralleel;Kodukeel;Elukoha omavalitsus;"
                + "Õppima asumise kuupäev;Õppimise staatus\r\n"
                + "4711;Näidis;Õpilane 17;;01.03.2015;5;a;eesti keel;Tapa vald;01.09.2022;õpib\r\n",
            "ekool-pupils":
                "Õpilase kood\tÕpilase nimi\tSünniaeg\tKlass\tEmakeel\tEHAK\tKlassi lisatud\r\n"
                + "4711\tÕpilane 17, Näidis\t1.3.2015\t5a\teesti\t792\t1.9.2022\r\n",
        ]
        for (name, text) in files {
            let json = try Data(contentsOf: folder.appending(path: "\(name).json"))
            let profile = try JSONDecoder().decode(TableProfile.self, from: json)
            #expect(profile.problem == nil && profile.name == name && profile.assumed == true)
            let mapped = profile.apply(Array(text.utf8))
            #expect(mapped.faults.isEmpty)
            #expect(
                lines(mapped) == [
                    "pupil,given_name,family_name,isikukood,birth_date,class,grade,language,residence,representative,"
                        + "representative_contact,from,left",
                    "4711,Näidis,Õpilane 17,,2015-03-01,5a,5,et,0792,,,2022-09-01,",
                ])
        }
    }
}
