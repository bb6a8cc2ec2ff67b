/// Where a model may run.
public enum ComputeUnits: String, Sendable, CaseIterable {
    case cpuOnly
    case cpuAndGPU
    case cpuAndNeuralEngine
    /// Core ML chooses.
    case all
}
