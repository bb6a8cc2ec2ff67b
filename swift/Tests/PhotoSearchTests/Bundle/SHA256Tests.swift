import CPhotoSearchKernels
import Testing

@testable import PhotoSearch

@Suite struct SHA256Tests {
    /// FIPS 180-4's examples, https://csrc.nist.gov/projects/cryptographic-standards-and-guidelines
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func theStandardsOwnExamples(text: String, expected: String) {
        #expect(SHA256Hasher.hex(text.utf8) == expected)
    }

    @Test func piecesOfAnySizeGiveTheHashOfTheWhole() {
        let bytes = (0..<1_000).map { UInt8(truncatingIfNeeded: $0 * 7 + $0 / 256) }
        let whole = SHA256Hasher.hex(bytes)
        for size in [1, 3, 55, 63, 64, 65, 127, 999] {
            var hasher = SHA256Hasher()
            for start in stride(from: 0, to: bytes.count, by: size) {
                bytes[start..<min(start + size, bytes.count)].withUnsafeBytes { hasher.add($0) }
            }
            #expect(hasher.hex() == whole)
        }
    }

    @Test func theProcessorsOwnInstructionsGiveThePortableHash() {
        for count in 0..<300 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            var fast = ps_sha256()
            var portable = ps_sha256()
            ps_sha256_begin(&fast)
            ps_sha256_begin(&portable)
            ps_sha256_add(&fast, bytes, count)
            ps_sha256_add_portable(&portable, bytes, count)
            var one = [UInt8](repeating: 0, count: 32)
            var other = one
            ps_sha256_end(&fast, &one)
            ps_sha256_end(&portable, &other)
            #expect(one == other)
        }
    }
}
