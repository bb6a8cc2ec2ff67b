// swift-format-ignore-file
// The names are Apple's.
/// See ../README.md.
@_exported import Foundation

public struct CLLocationCoordinate2D: Sendable {
    public var latitude: Double
    public var longitude: Double
}

open class CLLocation {
    open var coordinate: CLLocationCoordinate2D { fatalError("a stub of CoreLocation") }
}
