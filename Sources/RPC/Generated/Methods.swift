// Made by scripts/generate from Protocols/method-ids.txt and Protocols/*/v1/*.proto. Do not edit.

/// The methods of `tugi.rpc.v1`, by id; a service's endpoint switches over all of them.
public enum BuiltInMethod: UInt32, CaseIterable, Sendable {
    case healthCheck = 0x0001
    case healthWatch = 0x0002
    case versionGet = 0x0003
    case reflectionMethods = 0x0004
    case introspectionConnections = 0x0005
    case healthList = 0x0006
    case versionLimits = 0x0007
    case reflectionSchema = 0x0008

    /// What the protocol has to know of the method.
    public var descriptor: MethodDescriptor {
        switch self {
        case .healthCheck: BuiltInMethods.healthCheck.descriptor
        case .healthWatch: BuiltInMethods.healthWatch.descriptor
        case .versionGet: BuiltInMethods.versionGet.descriptor
        case .reflectionMethods: BuiltInMethods.reflectionMethods.descriptor
        case .introspectionConnections: BuiltInMethods.introspectionConnections.descriptor
        case .healthList: BuiltInMethods.healthList.descriptor
        case .versionLimits: BuiltInMethods.versionLimits.descriptor
        case .reflectionSchema: BuiltInMethods.reflectionSchema.descriptor
        }
    }
}

/// The typed methods of `tugi.rpc.v1`.
public enum BuiltInMethods {
    /// `tugi.rpc.v1.Health/Check`
    public static let healthCheck = Method<RPCHealthRequest, RPCHealthReport>(
        MethodDescriptor(
            id: 0x0001, name: "tugi.rpc.v1.Health/Check", kind: .unary, mutating: false,
            audience: .internal, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(5)))

    /// `tugi.rpc.v1.Health/Watch`
    public static let healthWatch = Method<RPCHealthRequest, RPCHealthReport>(
        MethodDescriptor(
            id: 0x0002, name: "tugi.rpc.v1.Health/Watch", kind: .serverStreaming, mutating: false,
            audience: .internal, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(900)))

    /// `tugi.rpc.v1.Version/Get`
    public static let versionGet = Method<RPCVersionRequest, RPCVersionReport>(
        MethodDescriptor(
            id: 0x0003, name: "tugi.rpc.v1.Version/Get", kind: .unary, mutating: false,
            audience: .internal, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(5)))

    /// `tugi.rpc.v1.Reflection/Methods`
    public static let reflectionMethods = Method<RPCMethodsRequest, RPCMethodsReport>(
        MethodDescriptor(
            id: 0x0004, name: "tugi.rpc.v1.Reflection/Methods", kind: .unary, mutating: false,
            audience: .internal, requestBytesMax: 64 * 1024, responseBytesMax: 256 * 1024,
            deadline: .seconds(5)))

    /// `tugi.rpc.v1.Introspection/Connections`
    public static let introspectionConnections = Method<RPCConnectionsRequest, RPCConnectionsReport>(
        MethodDescriptor(
            id: 0x0005, name: "tugi.rpc.v1.Introspection/Connections", kind: .unary, mutating: false,
            audience: .internal, requestBytesMax: 64 * 1024, responseBytesMax: 256 * 1024,
            deadline: .seconds(5)))

    /// `tugi.rpc.v1.Health/List`
    public static let healthList = Method<RPCHealthListRequest, RPCHealthListReport>(
        MethodDescriptor(
            id: 0x0006, name: "tugi.rpc.v1.Health/List", kind: .unary, mutating: false,
            audience: .internal, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(5)))

    /// `tugi.rpc.v1.Version/Limits`
    public static let versionLimits = Method<RPCLimitsRequest, RPCLimitsReport>(
        MethodDescriptor(
            id: 0x0007, name: "tugi.rpc.v1.Version/Limits", kind: .unary, mutating: false,
            audience: .internal, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(5)))

    /// `tugi.rpc.v1.Reflection/Schema`
    public static let reflectionSchema = Method<RPCSchemaRequest, RPCSchemaReport>(
        MethodDescriptor(
            id: 0x0008, name: "tugi.rpc.v1.Reflection/Schema", kind: .unary, mutating: false,
            audience: .internal, requestBytesMax: 64 * 1024, responseBytesMax: 256 * 1024,
            deadline: .seconds(5)))
}
