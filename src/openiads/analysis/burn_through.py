"""Where a target is seen in spite of a jammer: on its own, beside it, and elsewhere in the sky."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import log10
from typing import TYPE_CHECKING, Any, Final

from openiads.analysis.jamming import heard_by
from openiads.physics.detection import snr_for_detection
from openiads.physics.radar import burn_through_self_screening, burn_through_stand_off

if TYPE_CHECKING:
    from openiads.analysis.coverage import Coverage

HEADINGS: Final = ("burn-through", "jammer", "J/N dB", "on itself km", "beside it km", "elsewhere km", "free km")


@dataclass(frozen=True, slots=True)
class BurnThrough:
    """One radar and one jammer in its sight; ranges in free space at which a look detects with the chance asked for.

    Attributes:
        jam_to_noise_db: through the main lobe.
        self_screening_km: a target that carries the jammer.
        main_lobe_km: a target beside the jammer, which stays where it is.
        side_lobe_km: a target elsewhere in the sky.
        free_km: without the jammer.
    """

    radar: str
    jammer: str
    jam_to_noise_db: float
    self_screening_km: float
    main_lobe_km: float
    side_lobe_km: float
    free_km: float


def burn_through(coverage: Coverage) -> list[BurnThrough]:
    """A row a radar and jammer that is on and in its sight, each jammer by itself.

    Limits: free space: no horizon, mirror, clutter or loss of the air.
    """
    names = [str(row["name"]) for row in coverage.built.roster if row["table"] == "radars"]
    found = []
    for r, name in enumerate(names):
        for jammer in coverage.jamming:
            for heard in heard_by(coverage.built, r, (jammer,)):
                found.append(_one(coverage, r, (name, jammer.name), float(heard["ratio"]), jammer.density_wphz))
    return found


def _one(coverage: Coverage, r: int, names: tuple[str, str], ratio: float, density_wphz: float) -> BurnThrough:
    radar, asked = coverage.built.world.radars[r], coverage.question
    pulses = int(radar["pulses"])
    needed = pulses * snr_for_detection(coverage.pd, float(radar["log_pfa"]), pulses, asked.swerling)
    signal_m4 = float(radar["snr_constant_m2"]) * asked.rcs_m2
    aside = ratio * float(radar["sidelobe_gain"])
    ranges_m = (
        burn_through_self_screening(signal_m4, float(radar["jam_constant_m2pw"]) * density_wphz, needed),
        *(burn_through_stand_off(signal_m4, heard, needed) for heard in (ratio, aside, 0.0)),
    )
    return BurnThrough(*names, 10.0 * log10(ratio), *(range_m / 1e3 for range_m in ranges_m))


def cells(rows: list[BurnThrough]) -> list[list[str]]:
    """A line a row, for people."""
    return [
        [row.radar, row.jammer, f"{row.jam_to_noise_db:.0f}", f"{row.self_screening_km:.1f}", f"{row.main_lobe_km:.0f}",
         f"{row.side_lobe_km:.0f}", f"{row.free_km:.0f}"]
        for row in rows
    ]  # fmt: skip


def as_json(rows: list[BurnThrough]) -> list[dict[str, Any]]:
    """Rows as plain data, to a hundredth."""
    return [{key: round(value, 2) if isinstance(value, float) else value for key, value in asdict(row).items()}
            for row in rows]  # fmt: skip
