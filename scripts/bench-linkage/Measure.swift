import Linkage

/// What a way of linking found.
private struct Outcome {
    var right = 0
    var wrong = 0
    let all: Int
    var seconds = 0.0

    var precision: Double { right + wrong == 0 ? 1 : Double(right) / Double(right + wrong) }
    var recall: Double { all == 0 ? 1 : Double(right) / Double(all) }
    var f1: Double { right == 0 ? 0 : 2 * precision * recall / (precision + recall) }

    mutating func count(_ left: Int, _ right: Int, _ set: LabelledSet) {
        if set.people[left] == set.people[right] { self.right += 1 } else { wrong += 1 }
    }

    mutating func count(_ groups: [[Int]], _ set: LabelledSet) {
        for group in groups {
            for place in group.indices {
                for earlier in 0..<place { count(group[earlier], group[place], set) }
            }
        }
    }
}

/// Measures a set and prints what was found beside the join by equal names and birth date. CPU time is that of everything,
/// from the file's first byte to the groups.
func measure(_ set: LabelledSet, withIdentifier: Bool) {
    let start = cpuSeconds()
    let records = set.records(withIdentifier: withIdentifier)
    let all = set.truePairCount
    var ours = Outcome(all: all)
    if set.sourceCount > 1 {
        let pairs = Linkage(records, scope: .betweenSources).oneToOne()
        ours.seconds = cpuSeconds() - start + set.readingSeconds
        for link in pairs { ours.count(link.left, link.right, set) }
    } else {
        let groups = Linkage(records).groups()
        ours.seconds = cpuSeconds() - start + set.readingSeconds
        ours.count(groups, set)
    }
    let baseline = joinByNameAndBirthDate(set)
    let suffix = withIdentifier ? ".with_id" : ""
    func line(_ name: String, _ value: Double, _ unit: String, _ baseline: Double, _ ratio: Double) {
        let numbers = [value, baseline, ratio].map { "\((($0 * 1e6).rounded()) / 1e6)" }
        print(
            #"{"name": "linkage.\#(name)\#(suffix)", "value": \#(numbers[0]), "unit": "\#(unit)", "#
                + #""baseline": \#(numbers[1]), "ratio": \#(numbers[2]), "data": "\#(set.name)"}"#)
    }
    func better(_ value: Double, _ other: Double) -> Double { other > 0 ? value / other : 0 }
    line("f1", ours.f1, "share", baseline.f1, better(ours.f1, baseline.f1))
    line("precision", ours.precision, "share", baseline.precision, better(ours.precision, baseline.precision))
    line("recall", ours.recall, "share", baseline.recall, better(ours.recall, baseline.recall))
    line("cpu_s", ours.seconds, "s", baseline.seconds, better(baseline.seconds, ours.seconds))
}

private func joinByNameAndBirthDate(_ set: LabelledSet) -> Outcome {
    let start = cpuSeconds()
    var byKey: [[String]: [Int]] = [:]
    for row in 0..<set.count {
        let key = ["given_name", "surname", "date_of_birth"].map { set.value(row, $0) }
        if !key.contains("") { byKey[key, default: []].append(row) }
    }
    let groups = byKey.values.filter { $0.count > 1 }
    var outcome = Outcome(all: set.truePairCount)
    outcome.seconds = cpuSeconds() - start + set.readingSeconds
    outcome.count(Array(groups), set)
    return outcome
}
