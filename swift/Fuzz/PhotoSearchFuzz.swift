import Foundation

/// libFuzzer's loop over one of the readers, which FUZZ_READER names: see `swift/Fuzz/run`.
@main
enum PhotoSearchFuzz {
    static func main() {
        var count = CommandLine.argc
        var words: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        exit(
            runFuzzer(&count, &words) { bytes, count in
                PhotoSearchFuzz.reader?.read(UnsafeRawBufferPointer(start: bytes, count: count))
                return 0
            })
    }

    private static let reader = ProcessInfo.processInfo.environment["FUZZ_READER"]
        .flatMap(Reader.init)
}

@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
    _ count: UnsafeMutablePointer<Int32>,
    _ words: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32
) -> Int32
