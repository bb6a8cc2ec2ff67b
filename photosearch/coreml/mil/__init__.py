"""The reference executor: loads a saved ML Program and computes what MIL says it computes.

    package.py    the files on disk        program.py   functions, operations, names
    blobs.py      weight.bin               values.py    constants and types
    describe.py   inputs and outputs       constexpr.py compressed constants
    bind.py       made ready, once         run.py       fp16 storage mode, the loop
    ops/          one module a family      model.py     ReferenceModel, the way in

The package is read straight from its protobuf, not through coremltools: that way every byte is
checked before it is used, a hostile file is a typed error, no conversion library (four seconds to
import) is needed to run a model, and what writes a package is not what checks it.
"""
