"""Bearings alone: of jammers to radars, of emissions to passive receivers; and the false plots that jamming adds."""

from __future__ import annotations

from math import log10, pi, radians, sqrt
from pathlib import Path

import numpy as np
import pyproj
import pytest
from scipy import stats
from scipy.optimize import brentq

from openiads.catalog.loader import load as load_catalog
from openiads.engine import listening, plotting, strobes
from openiads.enums import EmitterKind, RadarKind, StrobeKind
from openiads.physics.detection import CHANCE_CELLS, chance_at
from openiads.physics.interception import received_power
from openiads.record.record import Record
from openiads.scenario.load import load
from openiads.simulate import run
from openiads.vec3 import read, sub, turn_back
from openiads.world import tables as t
from openiads.world.build import build
from openiads.world.state import World
from tests.support import runs

GEOD = pyproj.Geod(ellps="WGS84")
SCENE = """
name = "strobes"
start = 2016-10-15T04:00:00Z
duration = "3 min"
seed = 3
origin = "tartus"
sides = [{ name = "defender" }, { name = "attacker" }]
relations = [{ of = "defender", to = "attacker", is = "hostile" }]
posts = [{ name = "cp", side = "defender", control = "hold" }]
[environment]
terrain = "sea_level"
[[units]]
name = "v4"
unit = "s-300v4"
side = "defender"
post = "cp"
at = "34.915 N, 35.874 E"
facing = "270 deg"
receivers = ["passive-station"]
[[raids]]
name = "jammer"
side = "attacker"
class = "stand-off-jammer"
count = 1
route = ["34.915 N, 34.600 E", "34.915 N, 34.000 E"]
altitude = "9 km"
JAMMER
[[raids]]
name = "loud"
side = "attacker"
class = "fighter"
count = 1
route = ["35.600 N, 35.000 E", "35.900 N, 34.400 E"]
altitude = "9 km"
radar_on = true
[[raids]]
name = "quiet"
side = "attacker"
class = "fighter"
count = 1
route = ["34.300 N, 35.000 E", "34.000 N, 34.400 E"]
altitude = "9 km"
[[raids]]
name = "low"
side = "attacker"
class = "fighter"
count = 1
route = ["34.915 N, 34.900 E", "34.915 N, 34.300 E"]
altitude = "30 m"
radar_on = true
[[flights]]
callsign = "own"
side = "defender"
class = "fighter"
route = ["35.300 N, 35.500 E", "35.600 N, 35.500 E"]
altitude = "9 km"
radar_on = true
"""
JAMMER = 'jammer = { power = "2 kW", bandwidth = "100 MHz", gain = "10 dB" }'


@pytest.fixture(scope="module")
def play(tmp_path_factory: pytest.TempPathFactory) -> Record:
    return _play(tmp_path_factory.mktemp("strobes"))


def _play(folder: Path, jammer: str = JAMMER, full: bool = True) -> Record:
    file = folder / "strobes.toml"
    file.write_text(SCENE.replace("JAMMER", jammer), encoding="utf-8")
    return run(load(file), log_full=full)


def _bearing_off(record: Record, of: str, strobe: np.ndarray) -> float:
    """Measured less true azimuth (PROJ) of what carries an emitter at a strobe's time, radians."""
    target = runs.row_of(record, "targets", of)
    truth = record.tables["truth"]
    truth = truth[truth["target"] == target]
    at = truth[np.argmin(abs(truth["tick"] - strobe["tick"]))]
    to_geodetic = pyproj.Transformer.from_crs("EPSG:4978", "EPSG:4979", always_xy=True)
    lon, lat, _ = to_geodetic.transform(*(at["pos_ecef_m"] + at["vel_ecef_mps"] * (strobe["tick"] - at["tick"]) * 1e-3))
    listener, row = ("radars", "radar") if strobe["radar"] >= 0 else ("receivers", "receiver")
    place = record.rows(listener)[int(strobe[row])]
    azimuth = radians(GEOD.inv(place["lon_deg"], place["lat_deg"], lon, lat)[0])
    return float((strobe["azimuth_rad"] - azimuth + pi) % (2.0 * pi) - pi)


def _from(record: Record, emitter: str, kind: StrobeKind) -> np.ndarray:
    table, origins = record.tables["strobes"], record.tables["strobe_origins"]
    row = runs.row_of(record, "emitters", emitter)
    return table[(origins["emitter"] == row) & (table["kind"] == kind)]


def test_a_strobe_does_not_say_whose_it_is() -> None:
    assert not {"emitter", "target", "range_m"} & set(t.STROBE.names or ())


def test_a_strobe_says_where_its_antenna_stands_and_which_way_it_points(play: Record) -> None:
    """By PROJ: the antenna's place in the record is the listener's, and a step along the vector is at the azimuth."""
    rows, strobes_ = play.tables["strobes"], play.sql("SELECT * FROM strobes ORDER BY serial").fetchnumpy()
    for listener, row in (("radars", "radar"), ("receivers", "receiver")):
        for place in play.rows(listener):
            mine = rows[row] == place["row"]
            if not mine.any():
                continue
            lat, lon = strobes_["lat_deg"][mine], strobes_["lon_deg"][mine]
            _, _, off_m = GEOD.inv(lon, lat, np.full_like(lon, place["lon_deg"]), np.full_like(lat, place["lat_deg"]))
            assert off_m.max() < 1.0
            along = rows["along_enu"][mine]
            assert np.linalg.norm(along, axis=1) == pytest.approx(1.0, abs=1e-9)
            off = np.arctan2(along[:, 0], along[:, 1]) - rows["azimuth_rad"][mine]
            assert np.abs((off + pi) % (2.0 * pi) - pi).max() < 1e-3, "the antenna stands near the frame's origin"


def test_a_jammer_gives_strobes_with_the_errors_that_they_state(play: Record) -> None:
    mine = _from(play, "jammer-1.jammer", StrobeKind.JAM)
    assert len(mine) > 20
    off = np.array([_bearing_off(play, "jammer-1", row) for row in mine]) / mine["sigma_azimuth_rad"]
    assert abs(off.mean()) < 5.0 / sqrt(len(off))
    assert stats.chi2.sf((off**2).sum(), len(off)) > 1e-5
    assert stats.chi2.cdf((off**2).sum(), len(off)) > 1e-5
    assert (mine["level_db"] > 10.0).all()
    assert (mine["receiver"] == -1).all()


def test_a_strobe_stands_for_a_range_denied(play: Record) -> None:
    """No look has both a strobe of a jammer and a plot of what carries it."""
    mine = _from(play, "jammer-1.jammer", StrobeKind.JAM)
    target = runs.row_of(play, "targets", "jammer-1")
    plots, origins = play.tables["plots"], play.tables["plot_origins"]
    seen = plots[(origins["target"] == target) & (plots["channel"] < 0)]
    ranged = {(int(row["tick"]), int(row["radar"])) for row in seen}
    assert not ranged & {(int(row["tick"]), int(row["radar"])) for row in mine}


def test_a_receiver_hears_what_others_radiate_above_its_horizon(play: Record) -> None:
    table = play.tables["strobes"]
    heard = table[table["kind"] == StrobeKind.ESM]
    assert (heard["radar"] == -1).all()
    assert (heard["receiver"] == 0).all()
    for emitter in ("jammer-1.jammer", "loud-1.airborne-radar"):
        mine = _from(play, emitter, StrobeKind.ESM)
        assert 170 <= len(mine) <= 181, "one bearing a second"
        off = np.array([_bearing_off(play, emitter.partition(".")[0], row) for row in mine]) / radians(1.5)
        assert stats.chi2.sf((off**2).sum(), len(off)) > 1e-5
        assert stats.chi2.cdf((off**2).sum(), len(off)) > 1e-5
    assert len(_from(play, "low-1.airborne-radar", StrobeKind.ESM)) == 0, "below the horizon"
    assert len(_from(play, "own.airborne-radar", StrobeKind.ESM)) == 0, "its own side's emissions are known"
    names = {row["name"] for row in play.rows("emitters")}
    assert not {name for name in names if name.startswith("quiet")}, "a radar that is off is no emitter"


def test_the_record_shows_strobes_in_words(play: Record) -> None:
    rows = play.sql("SELECT DISTINCT kind, radar, receiver, origin FROM strobes").fetchall()
    assert ("ESM", None, "v4.passive-station", "loud-1.airborne-radar") in rows
    assert any(kind == "JAM" and origin == "jammer-1.jammer" for kind, _, _, origin in rows)


def test_the_summary_counts_strobes_and_false_tracks(play: Record) -> None:
    from openiads.analysis.summary import summarise

    summary = summarise(play)
    table = play.tables["strobes"]
    told = {row.name: row for row in summary.strobes}
    for row in play.rows("radars"):
        count = int((table["radar"] == row["row"]).sum())
        assert (told[row["name"]].strobes if count else 0) == count
    assert (told["v4.passive-station"].kind, told["v4.passive-station"].sources) == ("esm", 2)
    assert "v4.passive-station" in str(summary)
    assert f"(false tracks): {summary.false_tracks}" in str(summary)
    assert summary.as_dict()["strobes"][0]["name"]


def test_jamming_loads_the_post_with_false_plots_and_tracks(play: Record, tmp_path: Path) -> None:
    quiet = _play(tmp_path, jammer="")
    false = [int((record.tables["plot_origins"]["target"] == -1).sum()) for record in (play, quiet)]
    strobed = int((play.tables["strobes"]["kind"] == StrobeKind.JAM).sum())
    expected = strobed * load_catalog().radars["9s15m2"].false_plots_strobe.value
    assert expected > 100
    assert abs(false[0] - false[1] - expected) < 6.0 * sqrt(expected)


def test_what_is_not_recorded_happens_all_the_same(play: Record, tmp_path: Path) -> None:
    bare = _play(tmp_path, full=False)
    assert len(bare.tables["strobes"]) == 0
    assert bare.digest == play.digest


# ---- One look ------------------------------------------------------------------------------------


class Look:
    """A radar and one jammer 120 km north of it, with tables of their own."""

    def __init__(self) -> None:
        built = runs.built("tartus")
        self.world = built.world
        self.clock, self.counts = built.state.clock.copy(), built.state.counts.copy()
        self.plots, self.origins = built.state.plots.copy(), built.state.plot_origins.copy()
        self.replies = built.state.replies.copy()
        self.strobes, self.strobe_origins = np.zeros(64, t.STROBE), np.zeros(64, t.STROBE_ORIGIN)
        self.emitters = built.state.emitters.copy()
        self.radar = built.world.radars.copy()[:1]
        self.emitters["on"] = self.emitters["kind"] == EmitterKind.RADAR
        self.jammer = int(np.flatnonzero(self.emitters["kind"] == EmitterKind.JAMMER)[0])
        self.emitters["on"][self.jammer] = 1
        local = np.array([0.0, 120e3, 8000.0])
        self.emitters["pos_enu_m"][self.jammer] = (
            self.emitters["pos_enu_m"][0] + self.emitters["axes_enu"][0] @ local
        )  # fmt: skip

    def strobe(self, tick: int, middle_rad: float = 0.0) -> None:
        """One look of 40 degrees."""
        strobes.add_strobes(
            tick, 0, middle_rad, radians(20.0), self.radar[0], self.world.horizons, self.world.cells, self.clock,
            self.counts, self.emitters, self.plots, self.origins, self.strobes, self.strobe_origins,
        )  # fmt: skip


def test_a_strobe_has_the_error_of_an_angle_on_the_jamming() -> None:
    look, sigmas, azimuths = Look(), [], []
    for tick in range(3000):
        look.counts["strobes"] = 0
        look.strobe(tick)
        assert look.counts["strobes"][0] == 1
        sigmas.append(look.strobes["sigma_azimuth_rad"][0])
        azimuths.append(look.strobes["azimuth_rad"][0])
    ratio = 10.0 ** (look.strobes["level_db"][0] / 10.0)
    thermal = look.radar["beam_azimuth_rad"][0] / (1.6 * sqrt(2.0 * ratio))
    assert sigmas[0] == pytest.approx(sqrt(thermal**2 + look.radar["azimuth_floor_rad"][0] ** 2), rel=1e-12)
    assert np.std(azimuths) == pytest.approx(sigmas[0], rel=0.06)
    assert stats.kstest(np.array(azimuths) / sigmas[0], "norm").pvalue > 1e-5


def test_no_strobe_outside_the_look_or_beside_a_plot_of_the_carrier() -> None:
    look = Look()
    look.strobe(5, middle_rad=radians(21.0))
    assert look.counts["strobes"][0] == 0
    look.counts["plots"] = 1
    look.plots["tick"][0], look.plots["radar"][0], look.plots["channel"][0] = 5, 0, -1
    look.origins["target"][0] = look.emitters["target"][look.jammer]
    look.strobe(5)
    assert look.counts["strobes"][0] == 0, "it has burnt through: its range is known"
    look.origins["target"][0] += 1
    look.strobe(5)
    assert look.counts["strobes"][0] == 1
    assert look.strobe_origins["emitter"][0] == look.jammer


@pytest.mark.parametrize("mean", [0.5, 3.0])
def test_false_plots_of_a_strobe_are_poisson_and_lie_along_it(mean: float) -> None:
    look = Look()
    look.radar["false_plots_strobe"] = mean
    numbers, ranges, azimuths = [], [], []
    for tick in range(0, 3_000_000, 1000):
        look.counts["strobes"] = look.counts["plots"] = look.counts["replies"] = 0
        look.strobe(tick)
        plotting.add_strobe_plots(
            tick, 0, 0, look.radar[0], look.clock, look.counts, look.emitters, look.plots, look.origins, look.replies,
            look.strobes, look.strobe_origins,
        )  # fmt: skip
        n = int(look.counts["plots"][0])
        numbers.append(n)
        assert (look.origins["target"][:n] == -1).all()
        for plot in look.plots[:n]:
            local = turn_back(
                look.emitters["axes_enu"][0], sub(read(plot["pos_enu_m"]), read(look.emitters["pos_enu_m"][0]))
            )
            ranges.append(float(plot["range_m"]))
            azimuths.append(float(np.arctan2(local.x, local.y)) - look.strobes["azimuth_rad"][0])
    assert np.mean(numbers) == pytest.approx(mean, abs=5.0 * sqrt(mean / len(numbers)))
    assert np.var(numbers) == pytest.approx(mean, rel=0.15)
    low, high = float(look.radar["range_min_m"][0]), float(look.radar["instrumented_range_m"][0])
    assert stats.kstest(ranges, "uniform", (low, high - low)).pvalue > 1e-5
    beam = look.radar["beam_azimuth_rad"][0] / (2.0 * sqrt(2.0 * np.log(2.0)))
    assert stats.kstest(np.array(azimuths) / beam, "norm").pvalue > 1e-5
    assert abs(stats.spearmanr(ranges, azimuths).statistic) < 0.06, "range and azimuth come from one draw"


def test_the_one_way_equation_in_decibels() -> None:
    """Free-space loss 20 lg d[km] + 20 lg f[MHz] + 32.45 dB (ITU-R P.525): another way to the same number."""
    for erp_w, gain_db, mhz, km in ((1e3, 10.0, 10e3, 150.0), (30.0, 0.0, 9.4e3, 40.0), (2e4, 15.0, 1e3, 300.0)):
        loss_db = 20.0 * log10(km) + 20.0 * log10(mhz) + 32.45
        expected_dbw = 10.0 * log10(erp_w) + gain_db - loss_db
        ours = received_power(erp_w, 10.0 ** (gain_db / 10.0), mhz * 1e6, km * 1e3)
        assert 10.0 * log10(ours) == pytest.approx(expected_dbw, abs=0.01)


def test_a_receiver_hears_in_its_band_down_to_its_sensitivity() -> None:
    receiver, emitter = np.zeros(1, t.RECEIVER), np.zeros(1, t.EMITTER)
    receiver["frequency_min_hz"], receiver["frequency_max_hz"] = 1e9, 4e9
    receiver["gain"], receiver["sensitivity_w"] = 10.0, 1e-10
    emitter["erp_w"], emitter["frequency_hz"] = 1e3, 3e9
    reach_m = sqrt(1e3 * 10.0 / 1e-10) * (299_792_458.0 / 3e9) / (4.0 * pi)
    assert listening.heard(receiver[0], emitter[0], reach_m) == pytest.approx(1.0)
    assert listening.heard(receiver[0], emitter[0], 2.0 * reach_m) == pytest.approx(0.25)
    emitter["frequency_hz"] = 10e9
    assert listening.heard(receiver[0], emitter[0], 1e3) == 0.0
    emitter["frequency_hz"] = 0.0  # a jammer fills every band: heard in the middle, at 2 GHz
    assert listening.heard(receiver[0], emitter[0], 1.5 * reach_m) == pytest.approx(1.0)


LISTENING = """
name = "listening"
start = 2016-10-15T04:00:00Z
duration = "30 s"
seed = 3
origin = "tartus"
sides = [{{ name = "defender" }}, {{ name = "attacker" }}]
relations = [{{ of = "defender", to = "attacker", is = "hostile" }}]
posts = [{{ name = "cp", side = "defender", control = "hold" }}]
[[units]]
name = "v4"
unit = "s-300v4"
side = "defender"
post = "cp"
at = "34.915 N, 35.874 E"
receivers = ["passive-station"]
[[raids]]
name = "loud"
side = "attacker"
class = "fighter"
count = 1
route = ["{at}", "{beside}"]
altitude = "1500 m"
radar_on = true
"""


def _heard(tmp_path: Path, at: str, beside: str) -> int:
    """Strobes that a passive station at Tartus has of a fighter that flies somewhere at 1500 m, its radar on."""
    path = tmp_path / "listening.toml"
    path.write_text(LISTENING.format(at=at, beside=beside))
    strobed = run(load(str(path)), 1).tables["strobes"]
    return int((strobed["kind"] == StrobeKind.ESM).sum())


def test_a_ridge_hides_an_emission_from_a_receiver(tmp_path: Path) -> None:
    """The same fighter 60 km away: in sight over the sea, and behind the coastal range, which stands up to 1.5 km."""
    assert _heard(tmp_path, "34.93 N, 35.22 E", "34.80 N, 35.22 E") > 5
    assert _heard(tmp_path, "35.05 N, 36.50 E", "35.20 N, 36.50 E") == 0


def test_scenarios_without_receivers_hear_nothing() -> None:
    assert len(runs.built("first").world.receivers) == 0
    assert not (runs.record("first").tables["strobes"]["kind"] == StrobeKind.ESM).any()


# ---- Burn-through --------------------------------------------------------------------------------

BURN_M = 60e3  # where a jammer of the power below is seen in one look of two


def test_a_jammer_burns_through_where_the_closed_form_says(tmp_path: Path) -> None:
    """A self-screening jammer comes in: SNR = C s / R^4 / (1 + K E / R^2); strobes outside, plots inside."""
    text = SCENE.replace("JAMMER", "").replace('duration = "3 min"', 'duration = "7 min"')
    text = text.replace(
        'route = ["34.915 N, 34.600 E", "34.915 N, 34.000 E"]', 'route = ["34.915 N, 34.60 E", "tartus"]'
    )
    file = tmp_path / "burn.toml"
    file.write_text(text, encoding="utf-8")
    world = build(load(file)).world
    r = next(n for n, row in enumerate(world.radars) if row["kind"] == RadarKind.ROTATING)
    radar, rcs_m2 = world.radars[r], 30.0
    needed = 10.0 ** (brentq(lambda level_db: _chance(world, r, 10.0 ** (level_db / 10.0)) - 0.5, -10.0, 40.0) / 10.0)
    density = radar["snr_constant_m2"] * rcs_m2 / (needed * BURN_M**2 * radar["jam_constant_m2pw"])
    jammer = f'jammer = {{ power = "{density * 1e8:.9g} W", bandwidth = "100 MHz", gain = "0 dB" }}'
    file.write_text(text.replace(
        'class = "stand-off-jammer"\n', f'class = "stand-off-jammer"\n{jammer}\n'
    ), encoding="utf-8")  # fmt: skip
    record = run(load(file))
    strobes_m, plots_m = _ranges(record, r)
    assert len(strobes_m) + len(plots_m) > 25, "a look is neither a plot nor a strobe"
    far_m = np.concatenate([strobes_m, plots_m])
    jammed = 1.0 + radar["jam_constant_m2pw"] * density / far_m**2
    expected = np.array([_chance(world, r, snr) for snr in radar["snr_constant_m2"] * rcs_m2 / far_m**4 / jammed])
    spread = sqrt(float((expected * (1.0 - expected)).sum()))
    assert abs(len(plots_m) - expected.sum()) < 4.0 * spread + 1.0
    assert np.median(strobes_m) > BURN_M > np.median(plots_m)


def _chance(world: World, r: int, snr: float) -> float:
    """Of a plot of a target of Swerling case 1 in one look."""
    radar = world.radars[r]
    return float(chance_at(world.chances, int(radar["first_chance"]) + CHANCE_CELLS, snr / radar["pulses"]))


def _ranges(record: Record, r: int) -> tuple[np.ndarray, np.ndarray]:
    """True ranges at which a radar had strobes, and plots, of the jammer."""
    target = runs.row_of(record, "targets", "jammer-1")
    strobed = _from(record, "jammer-1.jammer", StrobeKind.JAM)
    plotted = record.tables["plots"][record.tables["plot_origins"]["target"] == target]
    truth = record.tables["truth"][record.tables["truth"]["target"] == target]
    place = record.rows("radars")[r]
    antenna = pyproj.Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True).transform(
        place["lon_deg"], place["lat_deg"], place["height_m"]
    )
    away = np.linalg.norm(truth["pos_ecef_m"] - np.array(antenna), axis=1)
    return tuple(  # type: ignore[return-value]
        np.interp(rows["tick"][rows["radar"] == r], truth["tick"], away) for rows in (strobed, plotted)
    )
