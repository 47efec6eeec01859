"""Radars that are not in order, set by the scenario; and weapons that are never released."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyproj
import pytest

from openiads.analysis.chain import flights
from openiads.analysis.summary import summarise
from openiads.catalog.errors import InputError
from openiads.catalog.loader import BUILT_IN
from openiads.enums import EventKind, StrobeKind
from openiads.record.derive import derived
from openiads.record.record import Record
from openiads.scenario.load import Scenario, load, restore, toml_of
from openiads.scenario.report import validity
from openiads.simulate import run
from openiads.world.build import build
from tests.support import runs

GEOD = pyproj.Geod(ellps="WGS84")
TO_GEODETIC = pyproj.Transformer.from_crs("EPSG:4978", "EPSG:4979", always_xy=True)
TO_ECEF = pyproj.Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
FIRST = (BUILT_IN / "scenarios/first.toml").read_text(encoding="utf-8")
SCENE = """
name = "faulty"
start = 2016-10-15T04:00:00Z
duration = "6 min"
seed = 11
origin = "tartus"
sides = [{ name = "defender" }, { name = "attacker" }]
relations = [{ of = "defender", to = "attacker", is = "hostile" }]
posts = [{ name = "cp", side = "defender", control = "hold" }]
units = [{ name = "v4", unit = "s-300v4", side = "defender", post = "cp", at = "34.93N, 35.88E", facing = "270 deg" }]
assets = [{ name = "pier", side = "defender", at = "tartus", radius = "300 m", value = 1 }]

[[flights]]
callsign = "FRIEND"
side = "defender"
class = "airliner"
route = ["34.600 N, 35.000 E", "35.600 N, 34.600 E"]
altitude = "9 km"
transponder = { code = "4172" }

[[raids]]
name = "jammer"
side = "attacker"
class = "stand-off-jammer"
count = 1
route = ["35.300 N, 33.900 E", "34.600 N, 33.800 E"]
altitude = "9 km"
jammer = { power = "2 kW", bandwidth = "100 MHz" }
"""
TURNED = '\n[[faults]]\nradar = "v4.9s15m2"\nkind = "north_misalignment"\nvalue = "2 deg"\n'
SHIFTED = '\n[[faults]]\nradar = "v4.search"\nkind = "range_bias"\nvalue = "-450 m"\n'


def _scenario(folder: Path, text: str) -> Scenario:
    file = folder / "faulty.toml"
    file.write_text(text, encoding="utf-8")
    return load(file)


@pytest.fixture(scope="module")
def plays(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Record]:
    folder = tmp_path_factory.mktemp("faults")
    texts = {"sound": SCENE, "turned": SCENE + TURNED, "shifted": SCENE + SHIFTED}
    return {name: run(_scenario(folder, text)) for name, text in texts.items()}


def _off(record: Record, radar: str) -> tuple[np.ndarray, np.ndarray]:
    """Measured less true azimuth (deg) and range (m) of a radar's plots of the friend, by PROJ."""
    who = next(row for row in record.rows("radars") if row["name"] == radar)
    target = runs.row_of(record, "targets", "FRIEND")
    plots, truth = record.tables["plots"], record.tables["truth"]
    mine = (record.tables["plot_origins"]["target"] == target) & (plots["radar"] == who["row"])
    truth, ticks = truth[truth["target"] == target], plots["tick"][mine]
    at = np.searchsorted(truth["tick"], ticks, side="right") - 1
    there = truth["pos_ecef_m"][at] + truth["vel_ecef_mps"][at] * ((ticks - truth["tick"][at]) * 1e-3)[:, None]
    lon, lat, _ = TO_GEODETIC.transform(*there.T)
    azimuth, _, _ = GEOD.inv(np.full_like(lon, who["lon_deg"]), np.full_like(lat, who["lat_deg"]), lon, lat)
    antenna = np.array(TO_ECEF.transform(who["lon_deg"], who["lat_deg"], who["height_m"]))
    measured = derived(record, "plots")["azimuth_deg"][mine]
    range_off = plots["range_m"][mine] - np.linalg.norm(there - antenna, axis=1)
    return (measured - azimuth + 180.0) % 360.0 - 180.0, range_off


def _mean_is(values: np.ndarray, expected: float) -> bool:
    """Within five standard errors of the mean."""
    error = values.std(ddof=1) / np.sqrt(len(values))
    return bool(abs(values.mean() - expected) < 5.0 * error)


def test_a_radar_turned_off_north_is_wrong_by_that_and_no_other_is(plays: dict[str, Record]) -> None:
    for name, expected in (("sound", 0.0), ("turned", 2.0)):
        azimuth, range_m = _off(plays[name], "v4.9s15m2")
        assert len(azimuth) > 20
        assert _mean_is(azimuth, expected)
        assert _mean_is(range_m, 0.0)
        others, _ = _off(plays[name], "v4.9s19m2")
        assert len(others) == 0 or _mean_is(others, 0.0)


def test_a_radar_wrong_in_range_is_wrong_by_that(plays: dict[str, Record]) -> None:
    azimuth, shifted = _off(plays["shifted"], "v4.9s15m2")
    assert _mean_is(shifted, -450.0)
    assert _mean_is(azimuth, 0.0)


def test_strobes_turn_with_the_radar_and_noise_does_not(plays: dict[str, Record]) -> None:
    """A false plot comes from no place, so that it keeps the bearing at which the antenna believes to look."""
    means = []
    for name in ("sound", "turned"):
        record = plays[name]
        strobes = record.tables["strobes"]
        radar = runs.row_of(record, "radars", "v4.9s15m2")
        mine = strobes[(strobes["kind"] == StrobeKind.JAM) & (strobes["radar"] == radar)]
        assert len(mine) > 5
        means.append(np.degrees(mine["azimuth_rad"][:6]).mean())
    assert means[1] - means[0] == pytest.approx(2.0, abs=1e-6), "the same draws, two degrees on"
    false = [_false_azimuths(plays[name], "v4.9s15m2") for name in ("sound", "turned")]
    common = min(len(part) for part in false)
    assert common > 5
    assert (false[1][:3] - false[0][:3] + 180.0) % 360.0 - 180.0 == pytest.approx(0.0, abs=1e-6)


def _false_azimuths(record: Record, radar: str) -> np.ndarray:
    row = runs.row_of(record, "radars", radar)
    mine = (record.tables["plot_origins"]["target"] == -1) & (record.tables["plots"]["radar"] == row)
    return derived(record, "plots")["azimuth_deg"][mine]


def test_replies_still_go_with_their_plots(plays: dict[str, Record]) -> None:
    for record in plays.values():
        replies, origins = record.tables["replies"], record.tables["plot_origins"]["target"]
        friend = runs.row_of(record, "targets", "FRIEND")
        answered = replies["modes"] > 0
        assert answered.sum() > 20
        assert (origins[replies["plot_serial"][answered]] == friend).all()
        assert (replies["code"][answered] == 0o4172).all()


def test_a_fault_is_said_wherever_the_scenario_is(plays: dict[str, Record], tmp_path: Path) -> None:
    sentence = "fault: v4.9s15m2 turned by 2 deg"
    assert plays["turned"].manifest["faults"] == [sentence]
    assert sentence.replace("fault", "Fault") + "." in summarise(plays["turned"]).notes
    assert plays["sound"].manifest["faults"] == []
    scenario = _scenario(tmp_path, SCENE + TURNED + SHIFTED)
    assert validity(str(tmp_path / "faulty.toml"), None, False).splitlines()[-2:] == [
        sentence, "fault: v4.search wrong in range by -450 m",
    ]  # fmt: skip
    assert json.loads(validity(str(tmp_path / "faulty.toml"), None, True))["faults"][0] == sentence
    assert restore(toml_of(scenario)).file == scenario.file
    assert len(load(tmp_path / "faulty.toml", unit="s-300pmu1").file.faults) == 2


@pytest.mark.parametrize(
    ("fault", "key", "said"),
    [
        ('radar = "v4.search", kind = "north_misalignment", value = "150 m"', "faults[0].value", "an angle takes deg"),
        ('radar = "v4.search", kind = "range_bias", value = "2 deg"', "faults[0].value", "a length takes m"),
        ('radar = "v4.search", kind = "range_bias", value = "2"', "faults[0].value", "has no unit"),
        ('radar = "v4.search", kind = "range_bias", value = "-50 km"', "faults[0].value", "at most 2 km"),
        ('radar = "v4.search", kind = "north_misalignment", value = "200 deg"', "faults[0].value", "at most 180 deg"),
        ('radar = "v4.serch", kind = "range_bias", value = "2 m"', "faults[0].radar", 'did you mean "v4.search"'),
        (
            'radar = "v5.search", kind = "range_bias", value = "2 m"',
            "faults[0].radar",
            "no unit of this scenario (allowed: v4)",
        ),
        ('radar = "pier", kind = "range_bias", value = "2 m"', "faults[0].radar", "a fault is of a radar"),
        ('radar = "v4.search", kind = "deaf", value = "2 m"', "faults[0].kind", "'north_misalignment' or 'range_bias'"),
    ],
)
def test_a_fault_that_cannot_be_is_refused(tmp_path: Path, fault: str, key: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        _scenario(tmp_path, SCENE.replace("[[flights]]", f"faults = [{{ {fault} }}]\n[[flights]]", 1))
    assert caught.value.key == key
    assert said in caught.value.message


def test_two_faults_of_one_kind_on_one_radar_are_refused(tmp_path: Path) -> None:
    again = TURNED.replace("9s15m2", "search").replace("2 deg", "1 deg")
    with pytest.raises(InputError, match=r"north_misalignment.*v4.9s15m2 a second time") as caught:
        _scenario(tmp_path, SCENE + TURNED + again)
    assert caught.value.key == "faults[1].kind"


# ---- A fire unit that is turned off north -----------------------------------------------------------

ALONE = FIRST.replace('control = "tight"', 'control = "free"').replace('duration = "8 min"', 'duration = "5 min"')
ALONE = "".join(line for line in ALONE.splitlines(keepends=True) if 'name = "cruise"' not in line)
NORTH = '\n[[faults]]\nradar = "battery.{}"\nkind = "north_misalignment"\nvalue = "{} deg"\n'


def _told(record: Record, kind: EventKind, before_s: float) -> np.ndarray:
    events = record.tables["events"]
    return np.asarray(events[(events["kind"] == kind) & (events["tick"] < before_s * 1000.0)])


@pytest.mark.parametrize("seed", [1, 2])
def test_a_unit_with_one_radar_works_alike_turned_or_not(tmp_path: Path, seed: int) -> None:
    """Its plots, sector, channels and rounds turn together: it finds again, and meets, what itself has seen."""
    counts, kills = [], []
    for turned in ("0", "5", "-5"):
        text = ALONE.replace("seed = 1", f"seed = {seed}")
        record = run(_scenario(tmp_path, text + (NORTH.format("30n6e", turned) if turned != "0" else "")))
        plots = record.tables["plots"][record.tables["plots"]["tick"] < 110_000]
        kinds = (EventKind.DESIGNATED, EventKind.LOCKED, EventKind.LOCK_LOST, EventKind.LAUNCHED)
        counts.append([len(_told(record, kind, 110.0)) for kind in kinds])
        kills.append(len(_told(record, EventKind.KILLED, 300.0)))
        assert (plots["channel"] >= 0).sum() > 400, "held by its channel"
    assert counts[0] == [1, 1, 0, 1]
    assert counts[1:] == counts[:1] * 2
    assert kills == [1, 1, 1]


def test_a_turned_engagement_radar_does_not_find_what_another_tells_it(tmp_path: Path) -> None:
    """The 36D6 and 76N6 lie true; a 30N6 three degrees off looks past their tracks and finds only its own."""
    text = ALONE.replace("first-battery", "s-300ps")
    sound, turned = (run(_scenario(tmp_path, text + fault)) for fault in ("", NORTH.format("30n6", 3)))
    assert [round(off) for off in _offs(sound, EventKind.LOCKED)] == [0]
    assert {round(off) for off in _offs(turned, EventKind.DESIGNATED)} == {0, 3}
    assert {round(off) for off in _offs(turned, EventKind.LOCKED)} == {3}


def _offs(record: Record, kind: EventKind) -> list[float]:
    """Bearing (deg) of the track that each event is about, less that of the fighter, as the fire unit has them."""
    tracks, truth, found = record.tables["tracks"], record.tables["truth"], []
    who = next(row for row in record.rows("radars") if row["name"] == "battery.30n6")
    truth = truth[truth["target"] == runs.row_of(record, "targets", "fighter-1")]
    for event in _told(record, kind, 1e9):
        told = tracks[(tracks["number"] == event["track"]) & (tracks["tick"] <= event["tick"])][-1]
        at = truth[np.searchsorted(truth["tick"], told["tick"], side="right") - 1]
        there = at["pos_ecef_m"] + at["vel_ecef_mps"] * (told["tick"] - at["tick"]) * 1e-3
        lon, lat, _ = TO_GEODETIC.transform(*there)
        azimuth, _, _ = GEOD.inv(who["lon_deg"], who["lat_deg"], lon, lat)
        measured = np.degrees(np.arctan2(told["pos_enu_m"][0], told["pos_enu_m"][1]))
        found.append(float((measured - azimuth + 180.0) % 360.0 - 180.0))
    return found


# ---- What else of electronics a scenario can get wrong ---------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "key", "said"),
    [
        ('code = "4172"', 'code = "4172", modes = ["5"]', "flights[0].transponder.modes[0]", "'3/A'"),
        ('code = "4172"', 'code = "4172", modes = ["1"]', "flights[0].transponder.code_1", "is missing"),
        ('code = "4172"', 'code = "4172", code_2 = "1234"', "flights[0].transponder.code_2", "without mode 2"),
        ('code = "4172"', 'code = "4172", address = "XYZ"', "flights[0].transponder.address", "six hexadecimal"),
        ('code = "4172"', 'code = "4182"', "flights[0].transponder.code", "four octal digits"),
        ('code = "4172"', 'code = "4172", reply_probability = 1.5', "flights[0].transponder.reply_probability", "1"),
        ('altitude = "9 km"\ntrans', 'altitude = "9 km"\nradar_on = 1\ntrans', "flights[0].radar_on", "true or false"),
        ('class = "airliner"', 'class = "decoy"\nradar_on = true', "flights[0].radar_on", "has no radar"),
        (
            'facing = "270 deg"',
            'receivers = ["pasive-station"]',
            "units[0].receivers[0]",
            'did you mean "passive-station"',
        ),
    ],
)
def test_electronics_that_cannot_be_are_refused(tmp_path: Path, old: str, new: str, key: str, said: str) -> None:
    assert old in SCENE
    with pytest.raises(InputError) as caught:
        _scenario(tmp_path, SCENE.replace(old, new, 1))
    assert caught.value.key == key
    assert said in caught.value.message


# ---- Weapons that stay where they are --------------------------------------------------------------

PLAIN = 'class = "fighter", count = 1, route = ["34.70 N, 34.60 E", "tartus"],'
ARMED = (
    'class = "fighter", count = 1, route = ["34.70 N, 34.60 E", "tartus", "34.60 N, 35.30 E"], '
    'release = [{ class = "glide-bomb", at_waypoint = 2, aim = "pier" }],'
)


def test_a_weapon_whose_carrier_is_shot_down_is_said_never_to_be_released(tmp_path: Path) -> None:
    assert PLAIN in FIRST
    free = FIRST.replace('control = "tight"', 'control = "free"').replace(PLAIN, ARMED)
    record = run(_scenario(tmp_path, free))
    events = record.tables["events"]
    bomb = runs.row_of(record, "targets", "fighter-1.glide-bomb-1")
    carrier = runs.row_of(record, "targets", "fighter-1")
    mine = events[events["target"] == bomb]
    assert [EventKind(int(kind)).name for kind in mine["kind"]] == ["NOT_RELEASED"]
    cause = events[int(mine["because"][0])]
    assert (cause["kind"], cause["target"]) == (EventKind.KILLED, carrier)
    summary = summarise(record)
    assert summary.never_released == 1
    assert summary.total.threats == 2, "what was never released was no threat"
    assert "1 weapon was never released: the carrier was gone before." in summary.notes
    assert bomb not in [life.row for life in flights(record)]


def test_a_weapon_whose_carrier_lives_is_released(tmp_path: Path) -> None:
    held = FIRST.replace('control = "tight"', 'control = "hold"').replace(PLAIN, ARMED)
    record = run(_scenario(tmp_path, held))
    bomb = runs.row_of(record, "targets", "fighter-1.glide-bomb-1")
    kinds = record.tables["events"]["kind"][record.tables["events"]["target"] == bomb]
    assert kinds[0] == EventKind.RELEASED
    assert EventKind.NOT_RELEASED not in record.tables["events"]["kind"]
    assert summarise(record).never_released == 0
    assert summarise(record).total.threats == 3


def test_a_release_past_the_end_of_the_route_is_refused(tmp_path: Path) -> None:
    late = ARMED.replace("at_waypoint = 2,", 'at_waypoint = 1, count = 3, interval = "10 min",')
    with pytest.raises(
        InputError, match=r"weapon 2 of 3 would be released 600 s .* fighter-1 has ended at \d+ s"
    ) as caught:
        build(_scenario(tmp_path, FIRST.replace(PLAIN, late)))
    assert "interval" in str(caught.value.key)
