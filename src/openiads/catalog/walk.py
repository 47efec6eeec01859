"""Walk the figures of a model: for data sheets, for sampling spreads, and to say how much rests on assumption."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from openiads.catalog.figures import Figure, Frozen


def figures(model: Frozen) -> Iterator[tuple[str, Figure]]:
    """Every figure of a model with its dotted key (``launchers[0].count``), in the order of the fields."""
    yield from _inside("", model)


def _inside(key: str, value: object) -> Iterator[tuple[str, Figure]]:
    if isinstance(value, Figure):
        yield key, value
    elif isinstance(value, Frozen):
        for name in type(value).model_fields:
            yield from _inside(f"{key}.{name}" if key else name, getattr(value, name))
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _inside(f"{key}.{name}" if key else str(name), item)
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _inside(f"{key}[{index}]", item)


def confidence_shares(models: Iterable[Frozen]) -> dict[str, float]:
    """The share of each confidence among all figures of some models, largest first; they add up to one."""
    counts = Counter(figure.confidence for model in models for _, figure in figures(model))
    total = sum(counts.values())
    return {confidence: count / total for confidence, count in counts.most_common()}
