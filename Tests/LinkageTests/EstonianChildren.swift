import Linkage

/// Invented children of an invented municipality, many of them alike, and the same children once more with what goes
/// wrong when schools, kindergartens and the municipality write them down. Everything follows from the seed.
struct EstonianChildren {
    /// One way in which a child is written down somewhere.
    struct Record {
        var givenName: String
        var familyName: String
        /// ISO.
        var birthDate: String
        /// Empty: none.
        var isikukood: String
        var address: String
        var place: String
        var representative: String
        /// The child that is meant.
        var child: Int

        var values: [String] {
            [givenName, familyName, birthDate, address, place, representative, isikukood]
        }
    }

    static let plan = LinkagePlan(
        fields: [
            LinkageField("given_name", .name), LinkageField("family_name", .name, sharedInHousehold: true),
            LinkageField("birth_date", .date), LinkageField("address", .text, sharedInHousehold: true),
            LinkageField("place", .text, sharedInHousehold: true),
            LinkageField("representative", .name, sharedInHousehold: true),
            LinkageField("isikukood", .identifier),
        ], exchanges: [.init(0, 1)])

    private static let given = [
        "Tõnis", "Ülle", "Õie", "Ääre", "Šarlotte", "Žanna", "Mari", "Mart", "Marta", "Anna", "Hanna",
        "Johanna",
        "Jüri", "Kärt", "Külli", "Peeter", "Pärtel", "Rasmus", "Sander", "Sandra", "Kristjan", "Kristiina",
        "Karl", "Karel", "Liis", "Liisa", "Lisete", "Emma", "Emily", "Oskar", "Oliver", "Hugo", "Robin",
        "Robert",
    ]
    private static let givenRussian = [
        ["Juri", "Yuri", "Iurii", "Yury"], ["Sergei", "Sergey", "Sergej"],
        ["Aleksei", "Alexey", "Aleksey"], ["Tatjana", "Tatiana", "Tatyana"], ["Dmitri", "Dmitry", "Dmitrij"],
        ["Ksenia", "Xenia", "Kseniya"], ["Julia", "Yulia", "Iuliia"], ["Maksim", "Maxim"],
    ]
    private static let family = [
        "Näidistamm", "Proovikask", "Väljamõeldis", "Katsemägi", "Õunapuuproov", "Tehissaar", "Näidislepp",
        "Mudelmets", "Kujuteld", "Proovikivi", "Katsejõgi", "Tehisrand", "Näidisöö", "Mudelkuusk",
        "Proovipärn",
        "Šablonov", "Katsežuk", "Tehispõld", "Näitlikum", "Pruuvel",
    ]
    private static let familyRussian = [
        ["Näidištšenko", "Naidistsenko", "Naidishchenko", "Naidishtshenko"],
        ["Provajev", "Provaiev", "Provayev"],
        ["Modelskaja", "Modelskaya", "Modelskaia"], ["Fiktsijeva", "Fiktsieva", "Fiktsiyeva"],
    ]
    private static let streets = ["Näidise", "Proovi", "Katse", "Mudeli", "Tehise", "Kujutluse", "Õppuse"]
    private static let places = ["Näidisküla", "Proovialevik", "Katsejärve", "Mudelmõisa", "Tehislinn"]

    private var random: Randomness
    private(set) var records: [Record] = []
    private var children = 0
    /// Pairs of records of one child in which nothing is mistyped.
    private(set) var cleanRepeats = 0

    init(seed: UInt64, families: Int) {
        random = Randomness(state: seed)
        for _ in 0..<families { addFamily() }
    }

    private mutating func addFamily() {
        let russian = random.chance(0.3)
        let variants = russian ? random.pick(Self.familyRussian) : [random.pick(Self.family)]
        var family = variants[0]
        if !russian, random.chance(0.15) { family += "-" + random.pick(Self.family) }
        let address = "\(random.pick(Self.streets)) \(1 + random.below(40))-\(1 + random.below(30))"
        let place = random.pick(Self.places)
        let representative =
            (russian ? random.pick(random.pick(Self.givenRussian)) : random.pick(Self.given)) + " " + family
        let childrenHere = 1 + random.below(3)
        var birthDate = ""
        var names: Set<String> = []
        for number in 0..<childrenHere {
            let twin = number > 0 && random.chance(0.35)
            if !twin { birthDate = randomBirthDate() }
            var spellings = russian ? random.pick(Self.givenRussian) : [random.pick(Self.given)]
            while !names.insert(spellings[0]).inserted {
                spellings = russian ? random.pick(Self.givenRussian) : [random.pick(Self.given)]
            }
            let child = Record(
                givenName: spellings[0], familyName: family, birthDate: birthDate,
                isikukood: random.chance(0.85) ? isikukood(birthDate) : "", address: address, place: place,
                representative: representative, child: children)
            children += 1
            records.append(child)
            if random.chance(0.4) { records.append(again(child, spellings, variants)) }
        }
    }

    /// The child written down once more, elsewhere or later.
    private mutating func again(_ child: Record, _ given: [String], _ family: [String]) -> Record {
        var other = child
        if random.chance(0.3) {
            cleanRepeats += 1
            return other
        }
        if random.chance(0.4) { other.givenName = random.pick(given) }
        if random.chance(0.4), family.count > 1 { other.familyName = random.pick(family) }
        if random.chance(0.3) { other.givenName = withoutMarks(other.givenName) }
        if random.chance(0.3) { other.familyName = withoutMarks(other.familyName) }
        if random.chance(0.3), let part = other.familyName.split(separator: "-").last {
            other.familyName = String(part)
        }
        if random.chance(0.1) { other.givenName = mistyped(other.givenName) }
        if random.chance(0.1) { other.familyName = mistyped(other.familyName) }
        if random.chance(0.05) { swap(&other.givenName, &other.familyName) }
        if random.chance(0.1) { other.birthDate = dayAndMonthExchanged(other.birthDate) }
        if random.chance(0.3) {  // moved
            other.address = "\(random.pick(Self.streets)) \(1 + random.below(40))"
            other.place = random.pick(Self.places)
        }
        if random.chance(0.3) { other.representative = "" }
        if random.chance(0.3) { other.isikukood = "" }
        // The code of a brother or sister, or of anybody: valid, and wrong.
        if random.chance(0.03) { other.isikukood = random.pick(records).isikukood }
        if random.chance(0.05), !other.isikukood.isEmpty { other.isikukood = mistypedDigits(other.isikukood) }
        return other
    }

    private mutating func randomBirthDate() -> String {
        let (year, month, day) = (2008 + random.below(12), 1 + random.below(12), 1 + random.below(28))
        return "\(year)-\(two(month))-\(two(day))"
    }

    private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private func dayAndMonthExchanged(_ date: String) -> String {
        let parts = date.split(separator: "-")
        guard let day = Int(parts[2]), day <= 12 else { return date }
        return "\(parts[0])-\(parts[2])-\(parts[1])"
    }

    private mutating func mistyped(_ text: String) -> String {
        var letters = Array(text)
        let place = random.below(max(letters.count - 1, 1))
        switch random.below(3) {
        case 0: letters.remove(at: place)
        case 1: letters.swapAt(place, min(place + 1, letters.count - 1))
        default: letters.insert("e", at: place)
        }
        return String(letters)
    }

    private mutating func mistypedDigits(_ digits: String) -> String {
        var digits = Array(digits)
        digits.swapAt(7, 8 + random.below(2))
        return String(digits)
    }

    private func withoutMarks(_ text: String) -> String {
        let plain: [Character: String] = [
            "õ": "o", "ä": "ae", "ö": "oe", "ü": "ue", "š": "sh", "ž": "zh", "Õ": "O", "Ä": "A", "Ü": "U",
            "Š": "Sh", "Ž": "Zh",
        ]
        return text.map { plain[$0] ?? String($0) }.joined()
    }

    // MARK: personal codes

    private mutating func isikukood(_ birthDate: String) -> String {
        let parts = birthDate.split(separator: "-")
        let serial = random.below(1000)
        let digits =
            "\(5 + random.below(2))\(parts[0].suffix(2))\(parts[1])\(parts[2])"
            + String(repeating: "0", count: 3 - "\(serial)".count) + "\(serial)"
        return digits + "\(Self.checkDigit(digits))"
    }

    private static func checkDigit(_ digits: String) -> Int {
        let numbers = digits.compactMap(\.wholeNumberValue)
        func remainder(_ weights: [Int]) -> Int {
            zip(numbers, weights).reduce(0) { $0 + $1.0 * $1.1 } % 11
        }
        let first = remainder([1, 2, 3, 4, 5, 6, 7, 8, 9, 1])
        if first < 10 { return first }
        let second = remainder([3, 4, 5, 6, 7, 8, 9, 1, 2, 3])
        return second < 10 ? second : 0
    }

    static func isValid(_ isikukood: String) -> Bool {
        isikukood.count == 11 && isikukood.last?.wholeNumberValue == checkDigit(String(isikukood.prefix(10)))
    }
}

/// Random numbers that are the same for the same seed (SplitMix64).
struct Randomness {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
    mutating func chance(_ share: Double) -> Bool { Double(next() >> 11) / 9_007_199_254_740_992 < share }
    mutating func pick<Element>(_ all: [Element]) -> Element { all[below(all.count)] }
}
