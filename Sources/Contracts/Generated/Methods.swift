// Made by scripts/generate from Protocols/method-ids.txt and Protocols/*/v1/*.proto. Do not edit.

public import RPC

/// The methods of `tugi.common.v1`, by id; a service's endpoint switches over all of them.
public enum CommonMethod: UInt32, CaseIterable, Sendable {
    case outboxHeads = 0x0010
    case outboxPull = 0x0011
    case outboxAcknowledge = 0x0012
    case inboxPosition = 0x0013
    case inboxDeliver = 0x0014
    case auditForChild = 0x0015
    case storeStatus = 0x0016
    case countsReport = 0x0017

    /// What the protocol has to know of the method.
    public var descriptor: MethodDescriptor {
        switch self {
        case .outboxHeads: CommonMethods.outboxHeads.descriptor
        case .outboxPull: CommonMethods.outboxPull.descriptor
        case .outboxAcknowledge: CommonMethods.outboxAcknowledge.descriptor
        case .inboxPosition: CommonMethods.inboxPosition.descriptor
        case .inboxDeliver: CommonMethods.inboxDeliver.descriptor
        case .auditForChild: CommonMethods.auditForChild.descriptor
        case .storeStatus: CommonMethods.storeStatus.descriptor
        case .countsReport: CommonMethods.countsReport.descriptor
        }
    }
}

/// The typed methods of `tugi.common.v1`.
public enum CommonMethods {
    /// `tugi.common.v1.Outbox/Heads`
    public static let outboxHeads = Method<CommonOutboxHeadsRequest, CommonOutboxHeadsResponse>(
        MethodDescriptor(
            id: 0x0010, name: "tugi.common.v1.Outbox/Heads", kind: .unary, mutating: false,
            audience: .internal, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(5)))

    /// `tugi.common.v1.Outbox/Pull`
    public static let outboxPull = Method<CommonOutboxPullRequest, CommonOutboxPullResponse>(
        MethodDescriptor(
            id: 0x0011, name: "tugi.common.v1.Outbox/Pull", kind: .unary, mutating: false,
            audience: .internal, requestBytesMax: 64 * 1024, responseBytesMax: 1024 * 1024,
            deadline: .seconds(10)))

    /// `tugi.common.v1.Outbox/Acknowledge`
    public static let outboxAcknowledge = Method<CommonOutboxAcknowledgeRequest, CommonEmpty>(
        MethodDescriptor(
            id: 0x0012, name: "tugi.common.v1.Outbox/Acknowledge", kind: .unary, mutating: true,
            audience: .internal, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(10)))

    /// `tugi.common.v1.Inbox/Position`
    public static let inboxPosition = Method<CommonInboxPositionRequest, CommonInboxPositionResponse>(
        MethodDescriptor(
            id: 0x0013, name: "tugi.common.v1.Inbox/Position", kind: .unary, mutating: false,
            audience: .internal, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(5)))

    /// `tugi.common.v1.Inbox/Deliver`
    public static let inboxDeliver = Method<CommonInboxDeliverRequest, CommonInboxDeliverResponse>(
        MethodDescriptor(
            id: 0x0014, name: "tugi.common.v1.Inbox/Deliver", kind: .unary, mutating: true,
            audience: .internal, requestBytesMax: 1024 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(30)))

    /// `tugi.common.v1.Audit/ForChild`
    public static let auditForChild = Method<CommonAuditForChildRequest, CommonAuditForChildResponse>(
        MethodDescriptor(
            id: 0x0015, name: "tugi.common.v1.Audit/ForChild", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 1024 * 1024,
            deadline: .seconds(10)))

    /// `tugi.common.v1.Store/Status`
    public static let storeStatus = Method<CommonStoreStatusRequest, CommonStoreStatusResponse>(
        MethodDescriptor(
            id: 0x0016, name: "tugi.common.v1.Store/Status", kind: .unary, mutating: false,
            audience: .internal, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(60)))

    /// `tugi.common.v1.Counts/Report`
    public static let countsReport = Method<CommonCountsRequest, CommonCountsResponse>(
        MethodDescriptor(
            id: 0x0017, name: "tugi.common.v1.Counts/Report", kind: .unary, mutating: false,
            audience: .internal, requestBytesMax: 64 * 1024, responseBytesMax: 256 * 1024,
            deadline: .seconds(60)))
}

/// The methods of `tugi.registry.v1`, by id; a service's endpoint switches over all of them.
public enum RegistryMethod: UInt32, CaseIterable, Sendable {
    case importCounty = 0x0100
    case importPupils = 0x0101
    case mapPupils = 0x0102
    case confirmRole = 0x0103
    case listInstitutions = 0x0104
    case listPosts = 0x0105
    case listResources = 0x0106
    case listTemplates = 0x0107
    case listTeams = 0x0108
    case getChild = 0x0109
    case listChildren = 0x010a
    case linkSpecialist = 0x010b
    case endLink = 0x010c
    case listKinds = 0x0110
    case putRecords = 0x0111
    case endRecord = 0x0112
    case getRecord = 0x0113
    case listRecords = 0x0114
    case recordHistory = 0x0115
    case importTable = 0x0116
    case exportTable = 0x0117
    case listGaps = 0x0118
    case registerChild = 0x0120
    case changeChild = 0x0121
    case getChildRecord = 0x0122
    case childHistory = 0x0123
    case findChild = 0x0124
    case setMark = 0x0125
    case endMark = 0x0126
    case offerChild = 0x0127
    case listOffers = 0x0128
    case acceptOffer = 0x0129
    case declineOffer = 0x012a
    case withdrawOffer = 0x012b
    case listLinks = 0x012c
    case recordObjection = 0x012d
    case reviewLink = 0x012e
    case countChildren = 0x012f
    case searchDirectory = 0x0130
    case importHumanServices = 0x0138
    case exportHumanServices = 0x0139
    case findDuplicates = 0x0140
    case listDuplicates = 0x0141
    case decideDuplicate = 0x0142
    case undoMerge = 0x0143
    case releaseCounts = 0x0148
    case getFactSheet = 0x0149
    case listReleasedCounts = 0x014a

    /// What the protocol has to know of the method.
    public var descriptor: MethodDescriptor {
        switch self {
        case .importCounty: RegistryMethods.importCounty.descriptor
        case .importPupils: RegistryMethods.importPupils.descriptor
        case .mapPupils: RegistryMethods.mapPupils.descriptor
        case .confirmRole: RegistryMethods.confirmRole.descriptor
        case .listInstitutions: RegistryMethods.listInstitutions.descriptor
        case .listPosts: RegistryMethods.listPosts.descriptor
        case .listResources: RegistryMethods.listResources.descriptor
        case .listTemplates: RegistryMethods.listTemplates.descriptor
        case .listTeams: RegistryMethods.listTeams.descriptor
        case .getChild: RegistryMethods.getChild.descriptor
        case .listChildren: RegistryMethods.listChildren.descriptor
        case .linkSpecialist: RegistryMethods.linkSpecialist.descriptor
        case .endLink: RegistryMethods.endLink.descriptor
        case .listKinds: RegistryMethods.listKinds.descriptor
        case .putRecords: RegistryMethods.putRecords.descriptor
        case .endRecord: RegistryMethods.endRecord.descriptor
        case .getRecord: RegistryMethods.getRecord.descriptor
        case .listRecords: RegistryMethods.listRecords.descriptor
        case .recordHistory: RegistryMethods.recordHistory.descriptor
        case .importTable: RegistryMethods.importTable.descriptor
        case .exportTable: RegistryMethods.exportTable.descriptor
        case .listGaps: RegistryMethods.listGaps.descriptor
        case .registerChild: RegistryMethods.registerChild.descriptor
        case .changeChild: RegistryMethods.changeChild.descriptor
        case .getChildRecord: RegistryMethods.getChildRecord.descriptor
        case .childHistory: RegistryMethods.childHistory.descriptor
        case .findChild: RegistryMethods.findChild.descriptor
        case .setMark: RegistryMethods.setMark.descriptor
        case .endMark: RegistryMethods.endMark.descriptor
        case .offerChild: RegistryMethods.offerChild.descriptor
        case .listOffers: RegistryMethods.listOffers.descriptor
        case .acceptOffer: RegistryMethods.acceptOffer.descriptor
        case .declineOffer: RegistryMethods.declineOffer.descriptor
        case .withdrawOffer: RegistryMethods.withdrawOffer.descriptor
        case .listLinks: RegistryMethods.listLinks.descriptor
        case .recordObjection: RegistryMethods.recordObjection.descriptor
        case .reviewLink: RegistryMethods.reviewLink.descriptor
        case .countChildren: RegistryMethods.countChildren.descriptor
        case .searchDirectory: RegistryMethods.searchDirectory.descriptor
        case .importHumanServices: RegistryMethods.importHumanServices.descriptor
        case .exportHumanServices: RegistryMethods.exportHumanServices.descriptor
        case .findDuplicates: RegistryMethods.findDuplicates.descriptor
        case .listDuplicates: RegistryMethods.listDuplicates.descriptor
        case .decideDuplicate: RegistryMethods.decideDuplicate.descriptor
        case .undoMerge: RegistryMethods.undoMerge.descriptor
        case .releaseCounts: RegistryMethods.releaseCounts.descriptor
        case .getFactSheet: RegistryMethods.getFactSheet.descriptor
        case .listReleasedCounts: RegistryMethods.listReleasedCounts.descriptor
        }
    }
}

/// The typed methods of `tugi.registry.v1`.
public enum RegistryMethods {
    /// `tugi.registry.v1.Registry/ImportCounty`
    public static let importCounty = Method<RegistryImportCountyRequest, RegistryImportCountyResponse>(
        MethodDescriptor(
            id: 0x0100, name: "tugi.registry.v1.Registry/ImportCounty", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 1024 * 1024, responseBytesMax: 256 * 1024,
            deadline: .seconds(60)))

    /// `tugi.registry.v1.Registry/ImportPupils`
    public static let importPupils = Method<RegistryImportPupilsRequest, RegistryImportPupilsResponse>(
        MethodDescriptor(
            id: 0x0101, name: "tugi.registry.v1.Registry/ImportPupils", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 1024 * 1024, responseBytesMax: 256 * 1024,
            deadline: .seconds(60)))

    /// `tugi.registry.v1.Registry/MapPupils`
    public static let mapPupils = Method<RegistryMapPupilsRequest, RegistryMapPupilsResponse>(
        MethodDescriptor(
            id: 0x0102, name: "tugi.registry.v1.Registry/MapPupils", kind: .unary, mutating: false,
            audience: .internal, requestBytesMax: 256 * 1024, responseBytesMax: 256 * 1024,
            deadline: .seconds(30)))

    /// `tugi.registry.v1.Registry/ConfirmRole`
    public static let confirmRole = Method<RegistryConfirmRoleRequest, RegistryConfirmRoleResponse>(
        MethodDescriptor(
            id: 0x0103, name: "tugi.registry.v1.Registry/ConfirmRole", kind: .unary, mutating: false,
            audience: .internal, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(5)))

    /// `tugi.registry.v1.Registry/ListInstitutions`
    public static let listInstitutions = Method<RegistryListInstitutionsRequest, RegistryListInstitutionsResponse>(
        MethodDescriptor(
            id: 0x0104, name: "tugi.registry.v1.Registry/ListInstitutions", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 1024 * 1024,
            deadline: .seconds(10)))

    /// `tugi.registry.v1.Registry/ListPosts`
    public static let listPosts = Method<RegistryListPostsRequest, RegistryListPostsResponse>(
        MethodDescriptor(
            id: 0x0105, name: "tugi.registry.v1.Registry/ListPosts", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 1024 * 1024,
            deadline: .seconds(10)))

    /// `tugi.registry.v1.Registry/ListResources`
    public static let listResources = Method<RegistryListResourcesRequest, RegistryListResourcesResponse>(
        MethodDescriptor(
            id: 0x0106, name: "tugi.registry.v1.Registry/ListResources", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 1024 * 1024,
            deadline: .seconds(10)))

    /// `tugi.registry.v1.Registry/ListTemplates`
    public static let listTemplates = Method<RegistryListTemplatesRequest, RegistryListTemplatesResponse>(
        MethodDescriptor(
            id: 0x0107, name: "tugi.registry.v1.Registry/ListTemplates", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 1024 * 1024,
            deadline: .seconds(10)))

    /// `tugi.registry.v1.Registry/ListTeams`
    public static let listTeams = Method<RegistryListTeamsRequest, RegistryListTeamsResponse>(
        MethodDescriptor(
            id: 0x0108, name: "tugi.registry.v1.Registry/ListTeams", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 1024 * 1024,
            deadline: .seconds(10)))

    /// `tugi.registry.v1.Registry/GetChild`
    public static let getChild = Method<RegistryGetChildRequest, RegistryGetChildResponse>(
        MethodDescriptor(
            id: 0x0109, name: "tugi.registry.v1.Registry/GetChild", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(5)))

    /// `tugi.registry.v1.Registry/ListChildren`
    public static let listChildren = Method<RegistryListChildrenRequest, RegistryListChildrenResponse>(
        MethodDescriptor(
            id: 0x010a, name: "tugi.registry.v1.Registry/ListChildren", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 1024 * 1024,
            deadline: .seconds(10)))

    /// `tugi.registry.v1.Registry/LinkSpecialist`
    public static let linkSpecialist = Method<RegistryLinkSpecialistRequest, RegistryLinkSpecialistResponse>(
        MethodDescriptor(
            id: 0x010b, name: "tugi.registry.v1.Registry/LinkSpecialist", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(10)))

    /// `tugi.registry.v1.Registry/EndLink`
    public static let endLink = Method<RegistryEndLinkRequest, CommonEmpty>(
        MethodDescriptor(
            id: 0x010c, name: "tugi.registry.v1.Registry/EndLink", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(10)))

    /// `tugi.registry.v1.Registry/ListKinds`
    public static let listKinds = Method<RegistryListKindsRequest, RegistryListKindsResponse>(
        MethodDescriptor(
            id: 0x0110, name: "tugi.registry.v1.Registry/ListKinds", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 256 * 1024,
            deadline: .seconds(5)))

    /// `tugi.registry.v1.Registry/PutRecords`
    public static let putRecords = Method<RegistryPutRecordsRequest, RegistryPutRecordsResponse>(
        MethodDescriptor(
            id: 0x0111, name: "tugi.registry.v1.Registry/PutRecords", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 1024 * 1024, responseBytesMax: 256 * 1024,
            deadline: .seconds(30)))

    /// `tugi.registry.v1.Registry/EndRecord`
    public static let endRecord = Method<RegistryEndRecordRequest, RegistryEndRecordResponse>(
        MethodDescriptor(
            id: 0x0112, name: "tugi.registry.v1.Registry/EndRecord", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(10)))

    /// `tugi.registry.v1.Registry/GetRecord`
    public static let getRecord = Method<RegistryGetRecordRequest, RegistryGetRecordResponse>(
        MethodDescriptor(
            id: 0x0113, name: "tugi.registry.v1.Registry/GetRecord", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(5)))

    /// `tugi.registry.v1.Registry/ListRecords`
    public static let listRecords = Method<RegistryListRecordsRequest, RegistryListRecordsResponse>(
        MethodDescriptor(
            id: 0x0114, name: "tugi.registry.v1.Registry/ListRecords", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 1024 * 1024,
            deadline: .seconds(10)))

    /// `tugi.registry.v1.Registry/RecordHistory`
    public static let recordHistory = Method<RegistryRecordHistoryRequest, RegistryRecordHistoryResponse>(
        MethodDescriptor(
            id: 0x0115, name: "tugi.registry.v1.Registry/RecordHistory", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 1024 * 1024,
            deadline: .seconds(10)))

    /// `tugi.registry.v1.Registry/ImportTable`
    public static let importTable = Method<RegistryImportTableRequest, RegistryImportTableResponse>(
        MethodDescriptor(
            id: 0x0116, name: "tugi.registry.v1.Registry/ImportTable", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 1024 * 1024, responseBytesMax: 256 * 1024,
            deadline: .seconds(60)))

    /// `tugi.registry.v1.Registry/ExportTable`
    public static let exportTable = Method<RegistryExportTableRequest, RegistryExportTableResponse>(
        MethodDescriptor(
            id: 0x0117, name: "tugi.registry.v1.Registry/ExportTable", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 1024 * 1024,
            deadline: .seconds(10)))

    /// `tugi.registry.v1.Registry/ListGaps`
    public static let listGaps = Method<RegistryListGapsRequest, RegistryListGapsResponse>(
        MethodDescriptor(
            id: 0x0118, name: "tugi.registry.v1.Registry/ListGaps", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 1024 * 1024,
            deadline: .seconds(20)))

    /// `tugi.registry.v1.Registry/RegisterChild`
    public static let registerChild = Method<RegistryRegisterChildRequest, RegistryRegisterChildResponse>(
        MethodDescriptor(
            id: 0x0120, name: "tugi.registry.v1.Registry/RegisterChild", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(10)))

    /// `tugi.registry.v1.Registry/ChangeChild`
    public static let changeChild = Method<RegistryChangeChildRequest, RegistryChangeChildResponse>(
        MethodDescriptor(
            id: 0x0121, name: "tugi.registry.v1.Registry/ChangeChild", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(10)))

    /// `tugi.registry.v1.Registry/GetChildRecord`
    public static let getChildRecord = Method<RegistryGetChildRecordRequest, RegistryGetChildRecordResponse>(
        MethodDescriptor(
            id: 0x0122, name: "tugi.registry.v1.Registry/GetChildRecord", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 256 * 1024,
            deadline: .seconds(5)))

    /// `tugi.registry.v1.Registry/ChildHistory`
    public static let childHistory = Method<RegistryChildHistoryRequest, RegistryChildHistoryResponse>(
        MethodDescriptor(
            id: 0x0123, name: "tugi.registry.v1.Registry/ChildHistory", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 256 * 1024,
            deadline: .seconds(10)))

    /// `tugi.registry.v1.Registry/FindChild`
    public static let findChild = Method<RegistryFindChildRequest, RegistryFindChildResponse>(
        MethodDescriptor(
            id: 0x0124, name: "tugi.registry.v1.Registry/FindChild", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 256 * 1024,
            deadline: .seconds(5)))

    /// `tugi.registry.v1.Registry/SetMark`
    public static let setMark = Method<RegistrySetMarkRequest, RegistrySetMarkResponse>(
        MethodDescriptor(
            id: 0x0125, name: "tugi.registry.v1.Registry/SetMark", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(10)))

    /// `tugi.registry.v1.Registry/EndMark`
    public static let endMark = Method<RegistryEndMarkRequest, CommonEmpty>(
        MethodDescriptor(
            id: 0x0126, name: "tugi.registry.v1.Registry/EndMark", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(10)))

    /// `tugi.registry.v1.Registry/OfferChild`
    public static let offerChild = Method<RegistryOfferChildRequest, RegistryOfferChildResponse>(
        MethodDescriptor(
            id: 0x0127, name: "tugi.registry.v1.Registry/OfferChild", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(10)))

    /// `tugi.registry.v1.Registry/ListOffers`
    public static let listOffers = Method<RegistryListOffersRequest, RegistryListOffersResponse>(
        MethodDescriptor(
            id: 0x0128, name: "tugi.registry.v1.Registry/ListOffers", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 1024 * 1024,
            deadline: .seconds(10)))

    /// `tugi.registry.v1.Registry/AcceptOffer`
    public static let acceptOffer = Method<RegistryAcceptOfferRequest, CommonEmpty>(
        MethodDescriptor(
            id: 0x0129, name: "tugi.registry.v1.Registry/AcceptOffer", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(10)))

    /// `tugi.registry.v1.Registry/DeclineOffer`
    public static let declineOffer = Method<RegistryDeclineOfferRequest, CommonEmpty>(
        MethodDescriptor(
            id: 0x012a, name: "tugi.registry.v1.Registry/DeclineOffer", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(10)))

    /// `tugi.registry.v1.Registry/WithdrawOffer`
    public static let withdrawOffer = Method<RegistryWithdrawOfferRequest, CommonEmpty>(
        MethodDescriptor(
            id: 0x012b, name: "tugi.registry.v1.Registry/WithdrawOffer", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(10)))

    /// `tugi.registry.v1.Registry/ListLinks`
    public static let listLinks = Method<RegistryListLinksRequest, RegistryListLinksResponse>(
        MethodDescriptor(
            id: 0x012c, name: "tugi.registry.v1.Registry/ListLinks", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 1024 * 1024,
            deadline: .seconds(10)))

    /// `tugi.registry.v1.Registry/RecordObjection`
    public static let recordObjection = Method<RegistryRecordObjectionRequest, RegistryRecordObjectionResponse>(
        MethodDescriptor(
            id: 0x012d, name: "tugi.registry.v1.Registry/RecordObjection", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(10)))

    /// `tugi.registry.v1.Registry/ReviewLink`
    public static let reviewLink = Method<RegistryReviewLinkRequest, CommonEmpty>(
        MethodDescriptor(
            id: 0x012e, name: "tugi.registry.v1.Registry/ReviewLink", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(10)))

    /// `tugi.registry.v1.Registry/CountChildren`
    public static let countChildren = Method<RegistryCountChildrenRequest, RegistryCountChildrenResponse>(
        MethodDescriptor(
            id: 0x012f, name: "tugi.registry.v1.Registry/CountChildren", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(10)))

    /// `tugi.registry.v1.Registry/SearchDirectory`
    public static let searchDirectory = Method<RegistrySearchDirectoryRequest, RegistrySearchDirectoryResponse>(
        MethodDescriptor(
            id: 0x0130, name: "tugi.registry.v1.Registry/SearchDirectory", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 1024 * 1024,
            deadline: .seconds(5)))

    /// `tugi.registry.v1.Registry/ImportHumanServices`
    public static let importHumanServices = Method<RegistryImportHumanServicesRequest, RegistryImportHumanServicesResponse>(
        MethodDescriptor(
            id: 0x0138, name: "tugi.registry.v1.Registry/ImportHumanServices", kind: .clientStreaming, mutating: true,
            audience: .public, requestBytesMax: 1024 * 1024, responseBytesMax: 256 * 1024,
            deadline: .seconds(60)))

    /// `tugi.registry.v1.Registry/ExportHumanServices`
    public static let exportHumanServices = Method<RegistryExportHumanServicesRequest, RegistryExportHumanServicesResponse>(
        MethodDescriptor(
            id: 0x0139, name: "tugi.registry.v1.Registry/ExportHumanServices", kind: .serverStreaming, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 1024 * 1024,
            deadline: .seconds(30)))

    /// `tugi.registry.v1.Registry/FindDuplicates`
    public static let findDuplicates = Method<RegistryFindDuplicatesRequest, RegistryFindDuplicatesResponse>(
        MethodDescriptor(
            id: 0x0140, name: "tugi.registry.v1.Registry/FindDuplicates", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(60)))

    /// `tugi.registry.v1.Registry/ListDuplicates`
    public static let listDuplicates = Method<RegistryListDuplicatesRequest, RegistryListDuplicatesResponse>(
        MethodDescriptor(
            id: 0x0141, name: "tugi.registry.v1.Registry/ListDuplicates", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 1024 * 1024,
            deadline: .seconds(10)))

    /// `tugi.registry.v1.Registry/DecideDuplicate`
    public static let decideDuplicate = Method<RegistryDecideDuplicateRequest, RegistryDecideDuplicateResponse>(
        MethodDescriptor(
            id: 0x0142, name: "tugi.registry.v1.Registry/DecideDuplicate", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(10)))

    /// `tugi.registry.v1.Registry/UndoMerge`
    public static let undoMerge = Method<RegistryUndoMergeRequest, RegistryUndoMergeResponse>(
        MethodDescriptor(
            id: 0x0143, name: "tugi.registry.v1.Registry/UndoMerge", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(10)))

    /// `tugi.registry.v1.Registry/ReleaseCounts`
    public static let releaseCounts = Method<RegistryReleaseCountsRequest, RegistryReleaseCountsResponse>(
        MethodDescriptor(
            id: 0x0148, name: "tugi.registry.v1.Registry/ReleaseCounts", kind: .unary, mutating: true,
            audience: .internal, requestBytesMax: 256 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(120)))

    /// `tugi.registry.v1.Registry/GetFactSheet`
    public static let getFactSheet = Method<RegistryGetFactSheetRequest, RegistryFactSheet>(
        MethodDescriptor(
            id: 0x0149, name: "tugi.registry.v1.Registry/GetFactSheet", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 256 * 1024,
            deadline: .seconds(20)))

    /// `tugi.registry.v1.Registry/ListReleasedCounts`
    public static let listReleasedCounts = Method<RegistryListReleasedCountsRequest, RegistryListReleasedCountsResponse>(
        MethodDescriptor(
            id: 0x014a, name: "tugi.registry.v1.Registry/ListReleasedCounts", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 1024 * 1024,
            deadline: .seconds(20)))
}

/// The methods of `tugi.risk.v1`, by id; a service's endpoint switches over all of them.
public enum RiskMethod: UInt32, CaseIterable, Sendable {
    case beginImport = 0x0200
    case stageChunks = 0x0201
    case prepareImport = 0x0202
    case supplyPupils = 0x0203
    case commitImport = 0x0204
    case abortImport = 0x0205
    case runWeeklyPass = 0x0206
    case listSignals = 0x0207
    case listChildSignals = 0x0208
    case decideSignal = 0x0209
    case raiseConcern = 0x020a
    case getAlarmRules = 0x020b

    /// What the protocol has to know of the method.
    public var descriptor: MethodDescriptor {
        switch self {
        case .beginImport: RiskMethods.beginImport.descriptor
        case .stageChunks: RiskMethods.stageChunks.descriptor
        case .prepareImport: RiskMethods.prepareImport.descriptor
        case .supplyPupils: RiskMethods.supplyPupils.descriptor
        case .commitImport: RiskMethods.commitImport.descriptor
        case .abortImport: RiskMethods.abortImport.descriptor
        case .runWeeklyPass: RiskMethods.runWeeklyPass.descriptor
        case .listSignals: RiskMethods.listSignals.descriptor
        case .listChildSignals: RiskMethods.listChildSignals.descriptor
        case .decideSignal: RiskMethods.decideSignal.descriptor
        case .raiseConcern: RiskMethods.raiseConcern.descriptor
        case .getAlarmRules: RiskMethods.getAlarmRules.descriptor
        }
    }
}

/// The typed methods of `tugi.risk.v1`.
public enum RiskMethods {
    /// `tugi.risk.v1.RiskScoring/BeginImport`
    public static let beginImport = Method<RiskBeginImportRequest, RiskBeginImportResponse>(
        MethodDescriptor(
            id: 0x0200, name: "tugi.risk.v1.RiskScoring/BeginImport", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 256 * 1024,
            deadline: .seconds(10)))

    /// `tugi.risk.v1.RiskScoring/StageChunks`
    public static let stageChunks = Method<RiskStageChunk, RiskStageChunksResponse>(
        MethodDescriptor(
            id: 0x0201, name: "tugi.risk.v1.RiskScoring/StageChunks", kind: .clientStreaming, mutating: true,
            audience: .public, requestBytesMax: 1024 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(300)))

    /// `tugi.risk.v1.RiskScoring/PrepareImport`
    public static let prepareImport = Method<RiskPrepareImportRequest, RiskPrepareImportResponse>(
        MethodDescriptor(
            id: 0x0202, name: "tugi.risk.v1.RiskScoring/PrepareImport", kind: .unary, mutating: false,
            audience: .internal, requestBytesMax: 64 * 1024, responseBytesMax: 1024 * 1024,
            deadline: .seconds(300)))

    /// `tugi.risk.v1.RiskScoring/SupplyPupils`
    public static let supplyPupils = Method<RiskSupplyPupilsRequest, CommonEmpty>(
        MethodDescriptor(
            id: 0x0203, name: "tugi.risk.v1.RiskScoring/SupplyPupils", kind: .unary, mutating: true,
            audience: .internal, requestBytesMax: 256 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(60)))

    /// `tugi.risk.v1.RiskScoring/CommitImport`
    public static let commitImport = Method<RiskCommitImportRequest, RiskImportReport>(
        MethodDescriptor(
            id: 0x0204, name: "tugi.risk.v1.RiskScoring/CommitImport", kind: .unary, mutating: true,
            audience: .internal, requestBytesMax: 64 * 1024, responseBytesMax: 256 * 1024,
            deadline: .seconds(300)))

    /// `tugi.risk.v1.RiskScoring/AbortImport`
    public static let abortImport = Method<RiskAbortImportRequest, CommonEmpty>(
        MethodDescriptor(
            id: 0x0205, name: "tugi.risk.v1.RiskScoring/AbortImport", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(30)))

    /// `tugi.risk.v1.RiskScoring/RunWeeklyPass`
    public static let runWeeklyPass = Method<RiskRunWeeklyPassRequest, RiskRunWeeklyPassResponse>(
        MethodDescriptor(
            id: 0x0206, name: "tugi.risk.v1.RiskScoring/RunWeeklyPass", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(300)))

    /// `tugi.risk.v1.RiskScoring/ListSignals`
    public static let listSignals = Method<RiskListSignalsRequest, RiskListSignalsResponse>(
        MethodDescriptor(
            id: 0x0207, name: "tugi.risk.v1.RiskScoring/ListSignals", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 1024 * 1024,
            deadline: .seconds(10)))

    /// `tugi.risk.v1.RiskScoring/ListChildSignals`
    public static let listChildSignals = Method<RiskListChildSignalsRequest, RiskListSignalsResponse>(
        MethodDescriptor(
            id: 0x0208, name: "tugi.risk.v1.RiskScoring/ListChildSignals", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 1024 * 1024,
            deadline: .seconds(10)))

    /// `tugi.risk.v1.RiskScoring/DecideSignal`
    public static let decideSignal = Method<RiskDecideSignalRequest, RiskDecideSignalResponse>(
        MethodDescriptor(
            id: 0x0209, name: "tugi.risk.v1.RiskScoring/DecideSignal", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(10)))

    /// `tugi.risk.v1.RiskScoring/RaiseConcern`
    public static let raiseConcern = Method<RiskRaiseConcernRequest, RiskRaiseConcernResponse>(
        MethodDescriptor(
            id: 0x020a, name: "tugi.risk.v1.RiskScoring/RaiseConcern", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(10)))

    /// `tugi.risk.v1.RiskScoring/GetAlarmRules`
    public static let getAlarmRules = Method<RiskGetAlarmRulesRequest, RiskAlarmRules>(
        MethodDescriptor(
            id: 0x020b, name: "tugi.risk.v1.RiskScoring/GetAlarmRules", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(5)))
}

/// The methods of `tugi.referral.v1`, by id; a service's endpoint switches over all of them.
public enum ReferralMethod: UInt32, CaseIterable, Sendable {
    case listCases = 0x0300
    case getCase = 0x0301
    case listChildCases = 0x0302
    case addNeed = 0x0303
    case proposeRoutes = 0x0304
    case requestHelp = 0x0305
    case advanceAttempt = 0x0306
    case acknowledgeOutcome = 0x0307
    case moveCase = 0x0308
    case closeCase = 0x0309
    case submitReport = 0x030a
    case recordDanger = 0x030b
    case listReports = 0x030c
    case decideReport = 0x030d
    case listTasks = 0x030e
    case listNotices = 0x030f

    /// What the protocol has to know of the method.
    public var descriptor: MethodDescriptor {
        switch self {
        case .listCases: ReferralMethods.listCases.descriptor
        case .getCase: ReferralMethods.getCase.descriptor
        case .listChildCases: ReferralMethods.listChildCases.descriptor
        case .addNeed: ReferralMethods.addNeed.descriptor
        case .proposeRoutes: ReferralMethods.proposeRoutes.descriptor
        case .requestHelp: ReferralMethods.requestHelp.descriptor
        case .advanceAttempt: ReferralMethods.advanceAttempt.descriptor
        case .acknowledgeOutcome: ReferralMethods.acknowledgeOutcome.descriptor
        case .moveCase: ReferralMethods.moveCase.descriptor
        case .closeCase: ReferralMethods.closeCase.descriptor
        case .submitReport: ReferralMethods.submitReport.descriptor
        case .recordDanger: ReferralMethods.recordDanger.descriptor
        case .listReports: ReferralMethods.listReports.descriptor
        case .decideReport: ReferralMethods.decideReport.descriptor
        case .listTasks: ReferralMethods.listTasks.descriptor
        case .listNotices: ReferralMethods.listNotices.descriptor
        }
    }
}

/// The typed methods of `tugi.referral.v1`.
public enum ReferralMethods {
    /// `tugi.referral.v1.ReferralRouting/ListCases`
    public static let listCases = Method<ReferralListCasesRequest, ReferralListCasesResponse>(
        MethodDescriptor(
            id: 0x0300, name: "tugi.referral.v1.ReferralRouting/ListCases", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 1024 * 1024,
            deadline: .seconds(10)))

    /// `tugi.referral.v1.ReferralRouting/GetCase`
    public static let getCase = Method<ReferralGetCaseRequest, ReferralCase>(
        MethodDescriptor(
            id: 0x0301, name: "tugi.referral.v1.ReferralRouting/GetCase", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 256 * 1024,
            deadline: .seconds(5)))

    /// `tugi.referral.v1.ReferralRouting/ListChildCases`
    public static let listChildCases = Method<ReferralListChildCasesRequest, ReferralListCasesResponse>(
        MethodDescriptor(
            id: 0x0302, name: "tugi.referral.v1.ReferralRouting/ListChildCases", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 1024 * 1024,
            deadline: .seconds(10)))

    /// `tugi.referral.v1.ReferralRouting/AddNeed`
    public static let addNeed = Method<ReferralAddNeedRequest, ReferralCase>(
        MethodDescriptor(
            id: 0x0303, name: "tugi.referral.v1.ReferralRouting/AddNeed", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 256 * 1024,
            deadline: .seconds(10)))

    /// `tugi.referral.v1.ReferralRouting/ProposeRoutes`
    public static let proposeRoutes = Method<ReferralProposeRoutesRequest, ReferralProposeRoutesResponse>(
        MethodDescriptor(
            id: 0x0304, name: "tugi.referral.v1.ReferralRouting/ProposeRoutes", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 256 * 1024,
            deadline: .seconds(10)))

    /// `tugi.referral.v1.ReferralRouting/RequestHelp`
    public static let requestHelp = Method<ReferralRequestHelpRequest, ReferralCase>(
        MethodDescriptor(
            id: 0x0305, name: "tugi.referral.v1.ReferralRouting/RequestHelp", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 256 * 1024,
            deadline: .seconds(10)))

    /// `tugi.referral.v1.ReferralRouting/AdvanceAttempt`
    public static let advanceAttempt = Method<ReferralAdvanceAttemptRequest, ReferralCase>(
        MethodDescriptor(
            id: 0x0306, name: "tugi.referral.v1.ReferralRouting/AdvanceAttempt", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 256 * 1024,
            deadline: .seconds(10)))

    /// `tugi.referral.v1.ReferralRouting/AcknowledgeOutcome`
    public static let acknowledgeOutcome = Method<ReferralAcknowledgeOutcomeRequest, ReferralCase>(
        MethodDescriptor(
            id: 0x0307, name: "tugi.referral.v1.ReferralRouting/AcknowledgeOutcome", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 256 * 1024,
            deadline: .seconds(10)))

    /// `tugi.referral.v1.ReferralRouting/MoveCase`
    public static let moveCase = Method<ReferralMoveCaseRequest, ReferralCase>(
        MethodDescriptor(
            id: 0x0308, name: "tugi.referral.v1.ReferralRouting/MoveCase", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 256 * 1024,
            deadline: .seconds(10)))

    /// `tugi.referral.v1.ReferralRouting/CloseCase`
    public static let closeCase = Method<ReferralCloseCaseRequest, ReferralCase>(
        MethodDescriptor(
            id: 0x0309, name: "tugi.referral.v1.ReferralRouting/CloseCase", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 256 * 1024,
            deadline: .seconds(10)))

    /// `tugi.referral.v1.ReferralRouting/SubmitReport`
    public static let submitReport = Method<ReferralSubmitReportRequest, ReferralSubmitReportResponse>(
        MethodDescriptor(
            id: 0x030a, name: "tugi.referral.v1.ReferralRouting/SubmitReport", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(10)))

    /// `tugi.referral.v1.ReferralRouting/RecordDanger`
    public static let recordDanger = Method<ReferralRecordDangerRequest, ReferralRecordDangerResponse>(
        MethodDescriptor(
            id: 0x030b, name: "tugi.referral.v1.ReferralRouting/RecordDanger", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(5)))

    /// `tugi.referral.v1.ReferralRouting/ListReports`
    public static let listReports = Method<ReferralListReportsRequest, ReferralListReportsResponse>(
        MethodDescriptor(
            id: 0x030c, name: "tugi.referral.v1.ReferralRouting/ListReports", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 256 * 1024,
            deadline: .seconds(10)))

    /// `tugi.referral.v1.ReferralRouting/DecideReport`
    public static let decideReport = Method<ReferralDecideReportRequest, ReferralReport>(
        MethodDescriptor(
            id: 0x030d, name: "tugi.referral.v1.ReferralRouting/DecideReport", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(10)))

    /// `tugi.referral.v1.ReferralRouting/ListTasks`
    public static let listTasks = Method<ReferralListTasksRequest, ReferralListTasksResponse>(
        MethodDescriptor(
            id: 0x030e, name: "tugi.referral.v1.ReferralRouting/ListTasks", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 256 * 1024,
            deadline: .seconds(10)))

    /// `tugi.referral.v1.ReferralRouting/ListNotices`
    public static let listNotices = Method<ReferralListNoticesRequest, ReferralListNoticesResponse>(
        MethodDescriptor(
            id: 0x030f, name: "tugi.referral.v1.ReferralRouting/ListNotices", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 256 * 1024,
            deadline: .seconds(10)))
}

/// The methods of `tugi.training.v1`, by id; a service's endpoint switches over all of them.
public enum TrainingMethod: UInt32, CaseIterable, Sendable {
    case listGaps = 0x0400
    case planTraining = 0x0401
    case publishTraining = 0x0402
    case listTrainings = 0x0403
    case register = 0x0404
    case cancelRegistration = 0x0405
    case getCalendar = 0x0406
    case listTrainingTasks = 0x0407

    /// What the protocol has to know of the method.
    public var descriptor: MethodDescriptor {
        switch self {
        case .listGaps: TrainingMethods.listGaps.descriptor
        case .planTraining: TrainingMethods.planTraining.descriptor
        case .publishTraining: TrainingMethods.publishTraining.descriptor
        case .listTrainings: TrainingMethods.listTrainings.descriptor
        case .register: TrainingMethods.register.descriptor
        case .cancelRegistration: TrainingMethods.cancelRegistration.descriptor
        case .getCalendar: TrainingMethods.getCalendar.descriptor
        case .listTrainingTasks: TrainingMethods.listTrainingTasks.descriptor
        }
    }
}

/// The typed methods of `tugi.training.v1`.
public enum TrainingMethods {
    /// `tugi.training.v1.TrainingScheduling/ListGaps`
    public static let listGaps = Method<TrainingListGapsRequest, TrainingListGapsResponse>(
        MethodDescriptor(
            id: 0x0400, name: "tugi.training.v1.TrainingScheduling/ListGaps", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 256 * 1024,
            deadline: .seconds(10)))

    /// `tugi.training.v1.TrainingScheduling/PlanTraining`
    public static let planTraining = Method<TrainingPlanTrainingRequest, TrainingTraining>(
        MethodDescriptor(
            id: 0x0401, name: "tugi.training.v1.TrainingScheduling/PlanTraining", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(10)))

    /// `tugi.training.v1.TrainingScheduling/PublishTraining`
    public static let publishTraining = Method<TrainingPublishTrainingRequest, TrainingTraining>(
        MethodDescriptor(
            id: 0x0402, name: "tugi.training.v1.TrainingScheduling/PublishTraining", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(10)))

    /// `tugi.training.v1.TrainingScheduling/ListTrainings`
    public static let listTrainings = Method<TrainingListTrainingsRequest, TrainingListTrainingsResponse>(
        MethodDescriptor(
            id: 0x0403, name: "tugi.training.v1.TrainingScheduling/ListTrainings", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 256 * 1024,
            deadline: .seconds(10)))

    /// `tugi.training.v1.TrainingScheduling/Register`
    public static let register = Method<TrainingRegisterRequest, TrainingRegisterResponse>(
        MethodDescriptor(
            id: 0x0404, name: "tugi.training.v1.TrainingScheduling/Register", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(10)))

    /// `tugi.training.v1.TrainingScheduling/CancelRegistration`
    public static let cancelRegistration = Method<TrainingCancelRegistrationRequest, CommonEmpty>(
        MethodDescriptor(
            id: 0x0405, name: "tugi.training.v1.TrainingScheduling/CancelRegistration", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 64 * 1024,
            deadline: .seconds(10)))

    /// `tugi.training.v1.TrainingScheduling/GetCalendar`
    public static let getCalendar = Method<TrainingGetCalendarRequest, TrainingGetCalendarResponse>(
        MethodDescriptor(
            id: 0x0406, name: "tugi.training.v1.TrainingScheduling/GetCalendar", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 256 * 1024,
            deadline: .seconds(10)))

    /// `tugi.training.v1.TrainingScheduling/ListTrainingTasks`
    public static let listTrainingTasks = Method<TrainingListTrainingTasksRequest, TrainingListTrainingTasksResponse>(
        MethodDescriptor(
            id: 0x0407, name: "tugi.training.v1.TrainingScheduling/ListTrainingTasks", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 256 * 1024,
            deadline: .seconds(10)))
}

/// The methods of `tugi.gateway.v1`, by id; a service's endpoint switches over all of them.
public enum GatewayMethod: UInt32, CaseIterable, Sendable {
    case status = 0x0500
    case finishJournalImport = 0x0501
    case journey = 0x0502
    case tasks = 0x0503
    case factSheet = 0x0504

    /// What the protocol has to know of the method.
    public var descriptor: MethodDescriptor {
        switch self {
        case .status: GatewayMethods.status.descriptor
        case .finishJournalImport: GatewayMethods.finishJournalImport.descriptor
        case .journey: GatewayMethods.journey.descriptor
        case .tasks: GatewayMethods.tasks.descriptor
        case .factSheet: GatewayMethods.factSheet.descriptor
        }
    }
}

/// The typed methods of `tugi.gateway.v1`.
public enum GatewayMethods {
    /// `tugi.gateway.v1.Gateway/Status`
    public static let status = Method<GatewayStatusRequest, GatewayStatusResponse>(
        MethodDescriptor(
            id: 0x0500, name: "tugi.gateway.v1.Gateway/Status", kind: .unary, mutating: false,
            audience: .operator, requestBytesMax: 64 * 1024, responseBytesMax: 256 * 1024,
            deadline: .seconds(60)))

    /// `tugi.gateway.v1.Gateway/FinishJournalImport`
    public static let finishJournalImport = Method<GatewayFinishJournalImportRequest, RiskImportReport>(
        MethodDescriptor(
            id: 0x0501, name: "tugi.gateway.v1.Gateway/FinishJournalImport", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 256 * 1024,
            deadline: .seconds(600)))

    /// `tugi.gateway.v1.Gateway/Journey`
    public static let journey = Method<GatewayJourneyRequest, GatewayJourneyResponse>(
        MethodDescriptor(
            id: 0x0502, name: "tugi.gateway.v1.Gateway/Journey", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 1024 * 1024,
            deadline: .seconds(20)))

    /// `tugi.gateway.v1.Gateway/Tasks`
    public static let tasks = Method<GatewayTasksRequest, GatewayTasksResponse>(
        MethodDescriptor(
            id: 0x0503, name: "tugi.gateway.v1.Gateway/Tasks", kind: .unary, mutating: false,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 256 * 1024,
            deadline: .seconds(20)))

    /// `tugi.gateway.v1.Gateway/FactSheet`
    public static let factSheet = Method<GatewayFactSheetRequest, GatewayFactSheetResponse>(
        MethodDescriptor(
            id: 0x0504, name: "tugi.gateway.v1.Gateway/FactSheet", kind: .unary, mutating: true,
            audience: .public, requestBytesMax: 64 * 1024, responseBytesMax: 1024 * 1024,
            deadline: .seconds(300)))
}
