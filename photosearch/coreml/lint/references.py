"""Where the rules come from. Read in November 2026."""

APPLE = (
    "Apple 2022, Deploying Transformers on the Apple Neural Engine, "
    "machinelearning.apple.com/research/neural-engine-transformers"
)
PRECISION = (
    "Apple, coremltools guide, Typed Execution Workflow Example: float 16 is eligible for the "
    "Neural Engine, float 32 runs on GPU and CPU"
)
LAYERS = "by experiment: github.com/hollance/neural-engine, docs/unsupported-layers.md"
HALVES = "by experiment: github.com/hollance/neural-engine, docs/16-bit.md"
FLEXIBLE = (
    "measured: github.com/apple/coremltools, issue 2022: a flexible batch took 60 ms on the CPU, "
    "a fixed one 3 ms on the Neural Engine"
)
PLACED = (
    "measured with MLComputePlan: github.com/roboflow/rf-detr, pull request 1495 (topk, and the "
    "operations on its indices, run on the CPU)"
)
DEPTH = "measured with MLComputePlan: github.com/chrishayuk/larql, pull request 312 (up to 16384)"
GUIDE = "by experiment: ane-guide.readthedocs.io, Capability surface"
OURS = "a rule of thumb of this project, not measured on a device"
CONVERTER = (
    "read in coremltools 9.0, converters/mil/frontend/torch/ops.py, and compared with torch by the "
    "reference executor"
)
