// swift-format-ignore-file
// The names are Apple's.
/// See ../README.md.
@_exported import CoreVideo
@_exported import Foundation

public typealias CFData = Data

func stub() -> Never { fatalError("a stub of CoreGraphics") }

public final class CGImage {
    public init?(
        width: Int, height: Int, bitsPerComponent: Int, bitsPerPixel: Int, bytesPerRow: Int,
        space: CGColorSpace, bitmapInfo: CGBitmapInfo, provider: CGDataProvider,
        decode: UnsafePointer<CGFloat>?, shouldInterpolate: Bool, intent: CGColorRenderingIntent
    ) { stub() }
    public var width: Int { stub() }
    public var height: Int { stub() }
}

public final class CGDataProvider {
    public init?(data: CFData) { stub() }
}

public struct CGBitmapInfo: OptionSet, Sendable {
    public let rawValue: UInt32
    public init(rawValue: UInt32) { self.rawValue = rawValue }
}

public enum CGColorRenderingIntent: Int32, Sendable {
    case defaultIntent
}

public final class CGColorSpace {
    public static var sRGB: CFString { stub() }
    public init?(name: CFString) { stub() }
}

public enum CGImageAlphaInfo: UInt32, Sendable {
    case none, premultipliedLast, premultipliedFirst, last, first, noneSkipLast, noneSkipFirst
}

public enum CGInterpolationQuality: Int32, Sendable {
    case `default`, none, low, high, medium
}

public final class CGColor {
    public init(red: CGFloat, green: CGFloat, blue: CGFloat, alpha: CGFloat) { stub() }
}

public final class CGContext {
    public init?(
        data: UnsafeMutableRawPointer?, width: Int, height: Int, bitsPerComponent: Int,
        bytesPerRow: Int, space: CGColorSpace, bitmapInfo: UInt32
    ) { stub() }
    public var interpolationQuality: CGInterpolationQuality {
        get { stub() }
        set { stub() }
    }
    public func setFillColor(red: CGFloat, green: CGFloat, blue: CGFloat, alpha: CGFloat) { stub() }
    public func fill(_ rect: CGRect) { stub() }
    public func draw(_ image: CGImage, in rect: CGRect) { stub() }
}

#if PHOTOSEARCH_STUBS_SENDABLE
    extension CGImage: @unchecked Sendable {}
    extension CGColorSpace: @unchecked Sendable {}
#endif
