import ServiceKit

/// Places and waiting lists: never more people than places, and whoever waits longest comes first.
enum RegistrationRules {
    /// What a new registration becomes. Nobody overtakes those who wait.
    static func state(registered: Int, waiting: Int, places: UInt32) -> RegistrationState {
        waiting == 0 && registered < Int(places) ? .registered : .waiting
    }

    /// Who moves up, of all of one training, when places are free.
    static func promoted(_ all: [Registration], places: UInt32) -> [Registration] {
        let free = Int(places) - all.count { $0.state == .registered }
        guard free > 0 else { return [] }
        return Array(all.filter { $0.state == .waiting }.sorted { $0.turn < $1.turn }.prefix(free))
    }
}
