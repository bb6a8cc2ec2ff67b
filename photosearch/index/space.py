"""The one space to which all vectors of an index belong."""

from __future__ import annotations

from dataclasses import dataclass

from photosearch.encoder import Encoder
from photosearch.errors import WrongSpace
from photosearch.index.catalog import Catalog
from photosearch.manifest import Calibration


@dataclass(frozen=True, slots=True)
class Space:
    """A row of the catalog's `spaces`."""

    id: int  # 0 where it is in no catalog
    space: str  # see manifest.space_id; "<id>/<width>" for cut embeddings
    model: str  # the encoder's name
    dim: int
    calibration: Calibration


def read_space(catalog: Catalog) -> Space | None:
    """None while nothing has been indexed yet."""
    query = "SELECT id, space, model, dim, calibration_scale, calibration_bias FROM spaces"
    with catalog.errors():
        row = catalog.db.execute(query).fetchone()
    if row is None:
        return None
    number, space, model, dim, scale, bias = row
    return Space(number, space, model, dim, Calibration(scale, bias))


def space_of(encoder: Encoder) -> Space:
    """The space of an encoder's vectors, as no catalog has it yet."""
    return Space(0, encoder.space, encoder.name, encoder.dim, encoder.calibration)


def check_space(found: Space | None, wanted: Space) -> None:
    """Raises WrongSpace if the index belongs to another model."""
    if found is not None and (found.space, found.dim) != (wanted.space, wanted.dim):
        raise WrongSpace(
            f"the index was made with {found.model} (space {found.space[:12]}…, width {found.dim}),"
            f" got {wanted.model} (space {wanted.space[:12]}…, width {wanted.dim}): their vectors"
            " cannot be compared. Use that model, or index into another folder"
        )


def claim_space(catalog: Catalog, wanted: Space) -> Space:
    """The space of the index: the one wanted, from now on, if it has none. Raises WrongSpace."""
    with catalog.writing() as db:
        found = read_space(catalog)
        check_space(found, wanted)
        if found is not None:
            return found
        scale, bias = wanted.calibration.scale, wanted.calibration.bias
        db.execute(
            "INSERT INTO spaces(space, model, dim, calibration_scale, calibration_bias)"
            " VALUES (?, ?, ?, ?, ?)",
            (wanted.space, wanted.model, wanted.dim, scale, bias),
        )
        claimed = read_space(catalog)
        assert claimed is not None
        return claimed


def load_encoder_of(space: Space | None) -> Encoder:
    """The model that an index was made with; the built-in one for an empty index."""
    from photosearch.models.load import load_encoder

    if space is None:
        return load_encoder()
    encoder = load_encoder(space.model, width=space.dim)
    check_space(space, space_of(encoder))
    return encoder
