import FaissFormat
import PhotoSearch

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The command-line tool: finds the command and turns errors into exit codes.
@main
struct PhotoSearchSwift {
    static let commands: [Command] = [
        Bench.command, Compact.command, FaissBuild.command, Embeddings.command, Encode.command,
        Explain.command, Import.command, Info.command, FaissQuery.command, Search.command,
        Tokenize.command, Verify.command,
    ]

    static func main() async {
        let words = Array(CommandLine.arguments.dropFirst())
        guard let name = words.first, name != "--help", name != "-h", name != "help" else {
            Output.write(help)
            exit(words.isEmpty ? 2 : 0)
        }
        guard let command = commands.first(where: { $0.name == name }) else {
            Output.say("no command '\(name)'; try photosearch-swift --help")
            exit(2)
        }
        if words.contains("--help") || words.contains("-h") {
            Output.write("\(command.usage)\n")
            exit(0)
        }
        do {
            try Kernels.checkNamed()
            try await command.run(Arguments(Array(words.dropFirst())))
        } catch let error as PhotoSearchError {
            Output.say("photosearch-swift \(name): \(error)")
            exit(error.exitCode)
        } catch {
            Output.say("photosearch-swift \(name): \(error)")
            exit(1)
        }
    }

    private static var help: String {
        let lines = commands.map { "  \($0.usage.split(separator: "\n").first ?? "")\n" }
        return
            "Photo search without Python.\n\n\(lines.joined())\nphotosearch-swift COMMAND --help\n"
    }
}

/// One verb.
struct Command: Sendable {
    let name: String

    /// How to call it, first line alone; then what it does.
    let usage: String

    let run: @Sendable (Arguments) async throws -> Void
}
