/// Unknown numbers within bounds, tied by linear equations: what somebody knows who has read every published number.
public struct LinearSystem: Sendable {
    /// So many times an unknown.
    public typealias Term = (unknown: Int, coefficient: Double)

    /// One equation: the sum of coefficient times unknown is the constant.
    struct Equation: Sendable {
        var terms: [Term]
        var constant: Double
    }

    private(set) var lower: [Double] = []
    private(set) var upper: [Double] = []
    private(set) var equations: [Equation] = []
    private var isContradictory = false

    /// Nothing is known yet.
    public init() {}

    /// Adds an unknown and gives its number. `upper` may be infinite; `lower` is finite.
    public mutating func unknown(_ lower: Double, _ upper: Double) -> Int {
        self.lower.append(lower)
        self.upper.append(upper)
        return self.lower.count - 1
    }

    /// Two unknowns, or more, that sum up: sum of coefficient times unknown = constant.
    public mutating func equal(_ terms: [Term], _ constant: Double) {
        // What is known already moves to the other side.
        var known = constant
        var left: [Term] = []
        for term in terms {
            if lower[term.unknown] == upper[term.unknown] {
                known -= term.coefficient * lower[term.unknown]
            } else {
                left.append(term)
            }
        }
        if left.isEmpty, abs(known) > 1e-6 { isContradictory = true }
        if !left.isEmpty { equations.append(Equation(terms: left, constant: known)) }
    }

    /// The sum is at most the constant.
    public mutating func atMost(_ terms: [Term], _ constant: Double) {
        let slack: Term = (unknown(0, .infinity), 1)
        equal(terms + [slack], constant)
    }

    /// The smallest and the largest value of each of these unknowns within the bounds and equations, by linear
    /// programming: no reasoning over the published numbers that is linear can narrow them further. Nil: the numbers
    /// contradict each other.
    public func bounds(of wanted: [Int]) -> [ClosedRange<Double>]? {
        if isContradictory { return nil }
        var result = [ClosedRange<Double>](repeating: 0...0, count: wanted.count)
        // Unknowns that no equation ties together do not narrow each other.
        for part in parts() {
            let own = wanted.enumerated().filter { part.members.contains($0.element) }
            if own.isEmpty { continue }
            guard var simplex = Simplex(self, part.members.sorted(), part.equations) else { return nil }
            for (place, unknown) in own {
                let low = simplex.least(unknown, sign: 1)
                let high = -simplex.least(unknown, sign: -1)
                result[place] = low...max(low, high)
            }
        }
        for (place, unknown) in wanted.enumerated() where lower[unknown] == upper[unknown] {
            result[place] = lower[unknown]...upper[unknown]
        }
        return result
    }

    private struct Part {
        var members: Set<Int>
        var equations: [Int]
    }

    /// The connected parts; an unknown in no equation is a part of its own.
    private func parts() -> [Part] {
        var leader = Array(lower.indices)
        func find(_ unknown: Int) -> Int {
            var current = unknown
            while leader[current] != current { current = leader[current] }
            return current
        }
        for equation in equations {
            guard let first = equation.terms.first else { continue }
            for term in equation.terms.dropFirst() {
                let (one, other) = (find(first.unknown), find(term.unknown))
                if one != other { leader[max(one, other)] = min(one, other) }
            }
        }
        var parts: [Int: Part] = [:]
        for unknown in lower.indices where lower[unknown] < upper[unknown] {
            parts[find(unknown), default: Part(members: [], equations: [])].members.insert(unknown)
        }
        for (place, equation) in equations.enumerated() {
            if let first = equation.terms.first { parts[find(first.unknown)]?.equations.append(place) }
        }
        return parts.sorted { $0.key < $1.key }.map(\.value)
    }
}
