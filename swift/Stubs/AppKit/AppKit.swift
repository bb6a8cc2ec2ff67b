// swift-format-ignore-file
// The names are Apple's.
/// See ../README.md.
@_exported import CoreGraphics
@_exported import Foundation

public class NSGraphicsContext: NSObject {}

public struct NSImageHintKey: Hashable, Sendable {}

open class NSImage: NSObject, @unchecked Sendable {
    open func cgImage(
        forProposedRect rect: UnsafeMutablePointer<CGRect>?, context: NSGraphicsContext?,
        hints: [NSImageHintKey: Any]?
    ) -> CGImage? { fatalError("a stub of AppKit") }
}
