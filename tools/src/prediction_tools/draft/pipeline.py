# SPDX-License-Identifier: Apache-2.0
"""A fitted pipeline of scikit-learn as features, columns and output of a contract."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

INVERSES = {"expm1": "expm1", "exp": "exp"}  # of TransformedTargetRegressor, by the name of numpy's function


class PipelineError(ValueError):
    """A contract cannot declare a step of the pipeline."""


@dataclass
class PipelineColumn:
    """A column of the data on its way through the pipeline."""

    source: str
    steps: list[str] = field(default_factory=list)
    values: list[Any] | None = None
    """The categories of a one-hot or ordinal encoder."""
    default: Any = None
    """The value that an imputer puts in the place of a missing one."""


@dataclass(frozen=True)
class PipelineParts:
    """The columns of a pipeline's model in order, its booster, and the steps of its output."""

    columns: list[PipelineColumn]
    booster: Any
    output_steps: list[str]


def load(path: Path) -> Any:
    """Return the object in a file of joblib or pickle. This runs code from the file. Raises PipelineError."""
    try:
        import joblib  # installed with scikit-learn
    except ImportError:
        raise PipelineError("a pipeline needs scikit-learn. Install the version that saved it: pip install scikit-learn.") from None
    try:
        return joblib.load(path)
    except Exception as error:  # whatever the file's own code raises
        raise PipelineError(f"cannot load {path.name}: {type(error).__name__}: {error}. Save it with joblib.dump or pickle.dump.") from None


def parts(fitted: Any, names: Sequence[str]) -> PipelineParts:
    """Return the parts of a fitted pipeline whose data has columns of these names. Raises PipelineError."""
    output_steps: list[str] = []
    if hasattr(fitted, "regressor_"):  # TransformedTargetRegressor
        output_steps = _inverse(fitted)
        fitted = fitted.regressor_
    steps = [step for _, step in fitted.steps] if hasattr(fitted, "steps") else [fitted]
    *transformers, model = steps
    if hasattr(model, "regressor_"):
        output_steps = _inverse(model)
        model = model.regressor_
    if not hasattr(model, "get_booster"):
        raise PipelineError(f"the last step is {type(model).__name__}, not a model of XGBoost, which the built-in image needs.")
    if _is_sparse(transformers):
        raise PipelineError(
            "the model was trained on a sparse matrix, whose zeros XGBoost reads as missing, and the API sends zeros. "
            "Set sparse_output=False in OneHotEncoder, or sparse_threshold=0 in ColumnTransformer, and train again."
        )
    columns = [PipelineColumn(name) for name in getattr(fitted, "feature_names_in_", names)]
    for transformer in transformers:
        columns = _transformed(transformer, columns)
    texts = [" | ".join([column.source, *column.steps]) for column in columns]
    if twice := [text for place, text in enumerate(texts) if text in texts[:place]]:
        raise PipelineError(f"the pipeline computes {twice[0]} more than once, and a contract lists each column once. Compute it once.")
    return PipelineParts(columns, model.get_booster(), output_steps)


def _is_sparse(transformers: Sequence[Any]) -> bool:
    """Whether fitted transformers, one after the other, return a sparse matrix. ColumnTransformer does if most of its values are 0."""
    sparse = False
    for transformer in transformers:
        kind = type(transformer).__name__
        if kind == "Pipeline":
            sparse = _is_sparse([step for _, step in transformer.steps])
        elif kind == "ColumnTransformer":
            sparse = transformer.sparse_output_
        elif kind == "OneHotEncoder":
            sparse = transformer.sparse_output
    return sparse


def _inverse(fitted: Any) -> list[str]:
    name = getattr(fitted.inverse_func, "__name__", "")
    if name not in INVERSES:
        raise PipelineError(f"the target is transformed back by {name or 'a transformer'}; a contract has expm1 and exp.")
    return [INVERSES[name]]


def _transformed(transformer: Any, columns: list[PipelineColumn]) -> list[PipelineColumn]:
    """Return the columns after a fitted transformer."""
    if transformer in ("passthrough", None):
        return columns
    kind = type(transformer).__name__
    if kind not in TRANSFORMERS:
        raise PipelineError(
            f"{kind} of {', '.join(column.source for column in columns)}: a contract has no step for it. It has {', '.join(TRANSFORMERS)}. "
            "Set handler.adapter to a module that computes the columns."
        )
    return TRANSFORMERS[kind](transformer, columns)


def _pipeline(transformer: Any, columns: list[PipelineColumn]) -> list[PipelineColumn]:
    for _, step in transformer.steps:
        columns = _transformed(step, columns)
    return columns


def _column_transformer(transformer: Any, columns: list[PipelineColumn]) -> list[PipelineColumn]:
    by_name = {column.source: column for column in columns}
    found: list[PipelineColumn] = []
    for _, inner, chosen in transformer.transformers_:
        if isinstance(inner, str) and inner == "drop":
            continue
        picked = [_copy(by_name[one] if isinstance(one, str) else columns[one]) for one in _chosen(chosen, columns)]
        found += _transformed(inner, picked) if picked else []
    return found


def _chosen(chosen: Any, columns: Sequence[PipelineColumn]) -> list[Any]:
    """Return names or positions: scikit-learn also keeps slices, masks and single names."""
    if isinstance(chosen, str | int):
        return [chosen]
    if isinstance(chosen, slice):
        return list(range(*chosen.indices(len(columns))))
    items = list(chosen)
    if items and isinstance(items[0], bool):
        return [place for place, wanted in enumerate(items) if wanted]
    return [item if isinstance(item, str) else int(item) for item in items]


def _copy(column: PipelineColumn) -> PipelineColumn:
    return PipelineColumn(column.source, list(column.steps), column.values, column.default)


def _standard(transformer: Any, columns: list[PipelineColumn]) -> list[PipelineColumn]:
    means = transformer.mean_ if transformer.with_mean else [0.0] * len(columns)
    scales = transformer.scale_ if transformer.with_std else [1.0] * len(columns)
    return _scaled(columns, means, scales)


def _robust(transformer: Any, columns: list[PipelineColumn]) -> list[PipelineColumn]:
    centers = transformer.center_ if transformer.with_centering else [0.0] * len(columns)
    scales = transformer.scale_ if transformer.with_scaling else [1.0] * len(columns)
    return _scaled(columns, centers, scales)


def _scaled(columns: list[PipelineColumn], means: Any, scales: Any) -> list[PipelineColumn]:
    for column, mean, scale in zip(columns, means, scales, strict=True):
        column.steps.append(f"standardize({float(mean)!r}, {float(scale)!r})")
    return columns


def _onehot(transformer: Any, columns: list[PipelineColumn]) -> list[PipelineColumn]:
    dropped = transformer.drop is not None or any(found is not None for found in getattr(transformer, "infrequent_categories_", []) or [])
    if dropped:
        raise PipelineError("OneHotEncoder with drop, min_frequency or max_categories: a contract's onehot has a column for every value.")
    return _encoded(transformer, columns, "onehot")


def _ordinal(transformer: Any, columns: list[PipelineColumn]) -> list[PipelineColumn]:
    return _encoded(transformer, columns, "ordinal")


def _encoded(transformer: Any, columns: list[PipelineColumn], step: str) -> list[PipelineColumn]:
    for column, categories in zip(columns, transformer.categories_, strict=True):
        column.values = [value for value in categories.tolist() if value is not None and value == value]  # noqa: PLR0124 - NaN
        if len(column.values) < len(categories) and step == "onehot":
            raise PipelineError(f"OneHotEncoder of {column.source}: it has a column for missing values, and a contract's onehot has none.")
        column.steps.append(step)
    return columns


def _imputed(transformer: Any, columns: list[PipelineColumn]) -> list[PipelineColumn]:
    if transformer.add_indicator:
        raise PipelineError("SimpleImputer with add_indicator: a contract has no column for missing values.")
    for column, value in zip(columns, transformer.statistics_.tolist(), strict=True):
        if column.steps:
            raise PipelineError(f"SimpleImputer of {column.source} after another step: a contract replaces missing values first.")
        column.default = value
    return columns


def _function(transformer: Any, columns: list[PipelineColumn]) -> list[PipelineColumn]:
    name = getattr(transformer.func, "__name__", "None")
    if name == "None":
        return columns
    if name != "log1p":
        raise PipelineError(
            f"FunctionTransformer({name}): a contract has log1p. Set handler.adapter to a module that computes the columns."
        )
    for column in columns:
        column.steps.append("log1p")
    return columns


TRANSFORMERS: dict[str, Callable[[Any, list[PipelineColumn]], list[PipelineColumn]]] = {
    "Pipeline": _pipeline,
    "ColumnTransformer": _column_transformer,
    "StandardScaler": _standard,
    "RobustScaler": _robust,
    "OneHotEncoder": _onehot,
    "OrdinalEncoder": _ordinal,
    "SimpleImputer": _imputed,
    "FunctionTransformer": _function,
}
