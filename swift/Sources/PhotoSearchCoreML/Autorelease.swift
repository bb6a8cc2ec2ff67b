#if !canImport(ObjectiveC)
    /// Where there is no Objective-C, nothing is autoreleased.
    func autoreleasepool<Result>(invoking body: () throws -> Result) rethrows -> Result {
        try body()
    }
#endif
