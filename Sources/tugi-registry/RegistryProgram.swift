import ArgumentParser
import Registry
import ServiceKit

/// The program tugi-registry.
@main
struct RegistryProgram: ServiceProgram {
    static let service = RegistryAssembly.service
    static let abstract =
        "Keeps the county's map: institutions, posts, resources and templates; children and who works with them."
}
