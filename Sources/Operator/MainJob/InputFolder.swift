import FoundationEssentials
import Security

/// A folder with county.json, perhaps records.json, and MUNICIPALITY/SCHOOL/{pupils,journal}.csv.
struct InputFolder {
    struct School {
        var municipality: String
        var code: String
        var pupils: String
        var journal: String
    }
    let county: String
    /// More records of the map; nil: none.
    let records: String?
    let schools: [School]

    init(_ path: String) throws {
        county = "\(path)/county.json"
        guard FileManager.default.fileExists(atPath: county) else {
            throw UsageError(
                "input-without-county", "\(path) holds no county.json.",
                next: "make one with scripts/python/generate_county.py, or see README, \"Input\"")
        }
        let records = "\(path)/records.json"
        self.records = FileManager.default.fileExists(atPath: records) ? records : nil
        var schools: [School] = []
        for municipality in try InputFolder.folders(path) {
            for code in try InputFolder.folders("\(path)/\(municipality)") {
                let folder = "\(path)/\(municipality)/\(code)"
                schools.append(
                    School(
                        municipality: municipality, code: code, pupils: "\(folder)/pupils.csv",
                        journal: "\(folder)/journal.csv"))
            }
        }
        self.schools = schools
    }

    private static func folders(_ path: String) throws -> [String] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw UsageError(
                "input-unreadable", "\(path) cannot be read.", next: "check the name and that you may read it"
            )
        }
        return names.sorted().filter {
            var isFolder = false
            return FileManager.default.fileExists(atPath: "\(path)/\($0)", isDirectory: &isFolder) && isFolder
        }
    }

    /// SHA-256 over all files, as hex: names the input.
    func digest() throws -> String {
        var hasher = SHA256Hasher()
        for file in [county] + [records].compactMap(\.self) + schools.flatMap({ [$0.pupils, $0.journal] }) {
            hasher.update(try FileReader(path: file).digest().digest)
        }
        return UUIDText(bytes: hasher.finalize().prefix(16)).description
    }
}
