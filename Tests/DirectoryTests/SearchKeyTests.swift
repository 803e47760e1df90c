import Directory
import Testing

@Suite struct SearchKeyTests {
    @Test(
        "spellings of one Russian name meet",
        arguments: [
            ["Jevgeni", "Evgeny", "Yevgeniy", "Евгений", "Evgenij", "Evgenii", "JEVGENI", "Jevgenij"],
            ["Šarapova", "Sharapova", "Scharapowa", "Шарапова", "Sarapova", "Šarapova"],
            ["Mihhail", "Mikhail", "Mihail", "Михаил", "Michail"],
            ["Tatjana", "Tatiana", "Tatyana", "Татьяна", "Tatʹâna", "Tat'yana"],
            ["Tšernov", "Chernov", "Tschernow", "Černov", "Чернов", "Tchernov"],
            ["Štšukin", "Shchukin", "Schtschukin", "Щукин", "Stsukin"],
            ["Sergejev", "Sergeev", "Sergeyev", "Сергеев", "Sergejew"],
            ["Vasiljev", "Vasiliev", "Vasilyev", "Васильев", "Vassiljev"],
            ["Juri", "Yuri", "Yuriy", "Iurii", "Юрий", "Ûrij"],
            ["Julia", "Yulia", "Yuliya", "Юлия", "Iuliia", "Julija"],
            ["Anastassia", "Anastasia", "Anastasiya", "Анастасия", "Anastasija"],
            ["Ksenia", "Ksenija", "Xenia", "Ксения", "Kseniya"],
            ["Žanna", "Zhanna", "Жанна", "Zanna"],
            ["Aleksei", "Alexey", "Alexei", "Алексей", "Aleksej"],
            ["Aleksandr", "Alexander", "Александр", "Aleksander"],
            ["Dmitri", "Dmitry", "Dmitriy", "Дмитрий", "Dmitrii"],
            ["Dostojevski", "Dostoevsky", "Dostoyevskiy", "Достоевский", "Dostojewski"],
            ["Solovjov", "Solovyov", "Соловьёв"],
            ["Kuznetsov", "Kuznecov", "Кузнецов", "Kuznetzow"],
            ["Fjodor", "Fyodor", "Fedor", "Фёдор"],
            ["Tšaikovski", "Tchaikovsky", "Чайковский", "Čajkovskij"],
            ["Oleksandr", "Олександр"], ["Žitomir", "Zhytomyr", "Житомир"], ["Їжак", "Jižak", "Yizhak"],
        ])
    func sameName(_ spellings: [String]) {
        #expect(Set(spellings.map(SearchKey.fold)).count == 1, "\(spellings.map(SearchKey.fold))")
    }

    @Test(
        "Estonian letters meet their plain ones, whatever the case and the form of Unicode",
        arguments: [
            ("Õnne Pärn-Jõgi", "onne parn jogi"), ("VÄIKE-MAARJA", "vaike maarja"), ("Šokolaad", "sokolaad"),
            ("Ülle", "U\u{308}lle"), ("Põld", "PO\u{303}LD"), ("Žürii", "zurii"), ("O'Connor", "oconnor"),
        ])
    func estonian(_ written: String, _ typed: String) {
        #expect(SearchKey.fold(written) == SearchKey.fold(typed))
    }

    @Test("the plain form keeps the spelling and loses marks, case and signs only")
    func plain() {
        #expect(SearchKey.plain("  Šarapova-Õun,  Kool (Tapa) 1.") == "sarapova oun kool tapa 1")
        #expect(SearchKey.plain("Евгений") == "евгений")
        #expect(SearchKey.plain("Tat\u{2B9}âna") == "tatana")
    }

    @Test(
        "different names stay different",
        arguments: [
            ("Mari", "Mare"), ("Anna", "Alla"), ("Ivanov", "Ivanova"), ("Kask", "Kase"), ("Marko", "Mark"),
            ("Toomas", "Tomas Kask"), ("Sergei", "Sergejev"), ("Oleg", "Olga"), ("0060", "060"),
        ])
    func different(_ one: String, _ other: String) {
        #expect(SearchKey.fold(one) != SearchKey.fold(other))
    }

    @Test(
        "what is typed of a name is the beginning of its key",
        arguments: [
            ("Evg", "Jevgeni"), ("Sharap", "Šarapova"), ("Scha", "Šarapova"), ("Sc", "Šarapova"),
            ("Tatj", "Татьяна"),
            ("Ye", "Jelena"), ("vaike m", "Väike-Maarja"), ("Tsch", "Tšernov"), ("Шар", "Šarapova"),
            ("Tam", "Tamm"),
        ])
    func beginnings(_ typed: String, _ name: String) {
        #expect(SearchKey.fold(name).hasPrefix(SearchKey.fold(typed)))
    }

    @Test(
        "a query finds a name by the beginnings of its words in any order, each word once",
        arguments: [
            ("mari ka", "Kask-Tamm, Mari", true), ("tamm mari", "Mari Kask-Tamm", true),
            ("ma ma", "Mari Maasikas", true),
            ("mari mari", "Mari Kask", false), ("kask mari liis", "Mari Kask", false),
            ("", "Mari Kask", true),
            ("евг шара", "Šarapov Jevgeni", true), ("mari k", "Kalle Marima", true),
            ("m mar", "Mari Mets", true),
        ])
    func anyOrder(_ query: String, _ name: String, _ found: Bool) {
        #expect(SearchKey.matches(SearchKey.words(query), SearchKey.words(name)) == found)
    }

    @Test("the key of a key is that key, whatever the text")
    func keyOfKey() {
        var random = Seeded(state: 1)
        let letters = Array(
            "abcdefghijklmnopqrstuvwxyzchsjyeiõäöüšžčâûеёжйхцчшщъыьэюя'- 0019ßłع語".unicodeScalars)
        for _ in 0..<3000 {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...12, using: &random) {
                if let letter = letters.randomElement(using: &random) { text.append(letter) }
            }
            let key = SearchKey.fold(String(text))
            #expect(SearchKey.fold(key) == key, "\(String(text))")
        }
    }

    @Test("nothing to search by gives an empty key; letters of other scripts stay")
    func edges() {
        #expect(SearchKey.fold("") == "")
        #expect(SearchKey.fold(" -'´ \u{301}") == "")
        #expect(SearchKey.fold("1. klass 7A") == "1 klas 7a")
        #expect(SearchKey.fold("გიორგი") == "გიორგი")
        #expect(SearchKey.words("Kask-Tamm, Mari Liis").count == 4)
    }
}

/// A repeatable source of chance.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        var mixed = state
        mixed = (mixed ^ (mixed >> 33)) &* 0xff51_afd7_ed55_8ccd
        return mixed ^ (mixed >> 29)
    }
}
