// Arithmetic beside Swift's own: functions of the C library, half precision, lengths of vectors.

import CPhotoSearchKernels

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Android)
    import Android
#endif

/// The C library's functions, under one name on every system.
func exponential(_ x: Double) -> Double { exp(x) }
func sine(_ x: Double) -> Double { sin(x) }
func cosine(_ x: Double) -> Double { cos(x) }
func arcsine(_ x: Double) -> Double { asin(x) }

/// IEEE 754 half precision as bits: Swift's Float16 is missing on Intel Macs.
package enum Half {
    package static func float(_ bits: UInt16) -> Float {
        let sign = UInt32(bits & 0x8000) << 16
        let exponent = UInt32(bits >> 10 & 31)
        let fraction = UInt32(bits & 1023)
        switch exponent {
        case 0:
            let small = Float(fraction) * 0x1p-24
            return Float(bitPattern: sign | small.bitPattern)
        case 31: return Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
        default: return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }

    /// The nearest half, ties to even.
    package static func bits(_ value: Float) -> UInt16 {
        let bits = value.bitPattern
        let sign = UInt16(bits >> 16 & 0x8000)
        let size = value.magnitude
        if value.isNaN { return sign | 0x7E00 }
        if size >= 65520 { return sign | 0x7C00 }
        if size < 0x1p-14 {  // steps of 2^-24
            return sign | UInt16((size * 0x1p24).rounded(.toNearestOrEven))
        }
        let rounded = (bits & 0x7FFF_FFFF) + 0xFFF + (bits >> 13 & 1)
        return sign | UInt16((rounded >> 13) - (112 << 10))
    }
}

/// Arithmetic of embeddings.
enum Vector {
    static func length(_ vector: some Sequence<Float>) -> Float {
        vector.reduce(into: Float(0)) { $0 += $1 * $1 }.squareRoot()
    }

    /// The vector divided by its length, or by `atLeast` if that is more.
    static func unit(_ vector: some Collection<Float>, atLeast: Float) -> [Float] {
        let length = max(length(vector), atLeast)
        return vector.map { $0 / length }
    }

    /// A stored vector divided by its length, the same to the bit as in Python.
    static func exactUnit(_ vector: [Float]) -> [Float] {
        var room = [Double](repeating: 0, count: vector.count)
        let square = ps_exact_dot(vector, vector, vector.count, &room)
        let length = max(square.squareRoot(), 1e-12)
        return vector.map { Float(Double($0) / length) }
    }
}
