// swift-format-ignore-file
// The names are Apple's.
/// See ../README.md.
@_exported import CoreSpotlight
@_exported import Foundation

func stub() -> Never { fatalError("a stub of AppIntents") }

public struct LocalizedStringResource: Sendable, ExpressibleByStringInterpolation {
    public init(stringLiteral value: String) { stub() }
}

public protocol CustomLocalizedStringResourceConvertible {
    var localizedStringResource: LocalizedStringResource { get }
}

public protocol AppIntentsPackage {
    static var includedPackages: [any AppIntentsPackage.Type] { get }
}

extension AppIntentsPackage {
    public static var includedPackages: [any AppIntentsPackage.Type] { [] }
}

// Entities

public struct TypeDisplayRepresentation: Sendable, ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { stub() }
}

public struct DisplayRepresentation: Sendable {
    public struct Image: Sendable {
        public init(data: Data) { stub() }
        public init(systemName: String) { stub() }
    }

    public init(
        title: LocalizedStringResource, subtitle: LocalizedStringResource? = nil,
        image: Image? = nil
    ) { stub() }
}

public protocol AppEntity: Identifiable, Sendable where ID: Sendable {
    associatedtype DefaultQuery: EntityQuery
    static var typeDisplayRepresentation: TypeDisplayRepresentation { get }
    static var defaultQuery: DefaultQuery { get }
    var displayRepresentation: DisplayRepresentation { get }
}

extension AppEntity {
    public typealias Property = EntityProperty
}

@available(iOS 18, macOS 15, visionOS 2, *)
public protocol IndexedEntity: AppEntity {
    var attributeSet: CSSearchableItemAttributeSet { get }
}

@available(iOS 18, macOS 15, visionOS 2, *)
extension IndexedEntity {
    public var defaultAttributeSet: CSSearchableItemAttributeSet { stub() }
}

@available(iOS 18, macOS 15, visionOS 2, *)
extension CSSearchableIndex {
    public func indexAppEntities(_ entities: [some IndexedEntity], priority: Int = 0) async throws {
        stub()
    }
}

@propertyWrapper public final class EntityProperty<Value: Sendable>: @unchecked Sendable {
    public init(title: LocalizedStringResource) { stub() }
    public var wrappedValue: Value {
        get { stub() }
        set { stub() }
    }
    public var projectedValue: EntityProperty<Value> { self }
}

public protocol EntityQuery: Sendable {
    associatedtype Entity: AppEntity
    init()
    func entities(for identifiers: [Entity.ID]) async throws -> [Entity]
    func suggestedEntities() async throws -> [Entity]
}

extension EntityQuery {
    public typealias Dependency = AppDependency
    public func suggestedEntities() async throws -> [Entity] { [] }
}

public protocol EntityStringQuery: EntityQuery {
    func entities(matching string: String) async throws -> [Entity]
}

// Dependencies

@propertyWrapper public final class AppDependency<Value: Sendable>: @unchecked Sendable {
    public init() { stub() }
    public var wrappedValue: Value { stub() }
}

public final class AppDependencyManager: Sendable {
    public static let shared = AppDependencyManager()
    public func add<Dependency: Sendable>(
        key: AnyHashable? = nil, dependency provider: @autoclosure @escaping @Sendable () -> Dependency
    ) { stub() }
}

// Intents

public struct IntentDescription: Sendable, ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { stub() }
}

public protocol IntentResult {}
public protocol ReturnsValue<Value>: IntentResult { associatedtype Value }

public struct IntentResultContainer<Value>: ReturnsValue {}

extension IntentResult {
    public static func result<Value>(value: Value) -> Self where Self == IntentResultContainer<Value> {
        stub()
    }
}

@propertyWrapper public final class IntentParameter<Value: Sendable>: @unchecked Sendable {
    public init(title: LocalizedStringResource) { stub() }
    public var wrappedValue: Value {
        get { stub() }
        set { stub() }
    }
    public var projectedValue: IntentParameter<Value> { self }
}

extension IntentParameter where Value == Int {
    public convenience init(
        title: LocalizedStringResource, default: Int, inclusiveRange: (lowerBound: Int, upperBound: Int)
    ) { stub() }
}

public protocol ParameterSummary: Sendable {}

public struct ParameterSummaryString<Intent: AppIntent>: ExpressibleByStringInterpolation, Sendable {
    public struct StringInterpolation: StringInterpolationProtocol {
        public init(literalCapacity: Int, interpolationCount: Int) { stub() }
        public mutating func appendLiteral(_ literal: String) { stub() }
        public mutating func appendInterpolation<Value>(
            _ parameter: KeyPath<Intent, IntentParameter<Value>>
        ) { stub() }
    }

    public init(stringLiteral value: String) { stub() }
    public init(stringInterpolation: StringInterpolation) { stub() }
}

@resultBuilder public enum ParameterSummaryBuilder<Intent: AppIntent> {
    public static func buildExpression<Value>(
        _ parameter: KeyPath<Intent, IntentParameter<Value>>
    ) -> PartialKeyPath<Intent> { stub() }
    public static func buildBlock(_ parameters: PartialKeyPath<Intent>...) -> [PartialKeyPath<Intent>] {
        stub()
    }
}

public struct IntentParameterSummary<Intent: AppIntent>: ParameterSummary {
    public init(
        _ summary: ParameterSummaryString<Intent>,
        @ParameterSummaryBuilder<Intent> _ others: () -> [PartialKeyPath<Intent>]
    ) { stub() }
}

public protocol AppIntent: Sendable {
    associatedtype PerformResult: IntentResult
    associatedtype SummaryContent: ParameterSummary
    static var title: LocalizedStringResource { get }
    static var description: IntentDescription? { get }
    static var parameterSummary: SummaryContent { get }
    init()
    func perform() async throws -> PerformResult
}

extension AppIntent {
    public typealias Parameter = IntentParameter
    public typealias Dependency = AppDependency
    public typealias Summary = IntentParameterSummary<Self>
}

// Shortcuts

public struct AppShortcutPhraseToken: Sendable {
    public static var applicationName: Self { stub() }
}

public struct AppShortcutPhrase<Intent: AppIntent>: ExpressibleByStringInterpolation, Sendable {
    public struct StringInterpolation: StringInterpolationProtocol {
        public init(literalCapacity: Int, interpolationCount: Int) { stub() }
        public mutating func appendLiteral(_ literal: String) { stub() }
        public mutating func appendInterpolation(_ token: AppShortcutPhraseToken) { stub() }
    }

    public init(stringLiteral value: String) { stub() }
    public init(stringInterpolation: StringInterpolation) { stub() }
}

public struct AppShortcut: Sendable {
    public init<Intent: AppIntent>(
        intent: Intent, phrases: [AppShortcutPhrase<Intent>], shortTitle: LocalizedStringResource,
        systemImageName: String
    ) { stub() }
}

@resultBuilder public enum AppShortcutsBuilder {
    public static func buildBlock(_ shortcuts: AppShortcut...) -> [AppShortcut] { stub() }
}

public protocol AppShortcutsProvider: Sendable {
    @AppShortcutsBuilder static var appShortcuts: [AppShortcut] { get }
}
