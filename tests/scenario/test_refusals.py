"""Every mistake is refused with the file, the line, the key, what was read and what is allowed, in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from openiads.catalog.errors import InputError
from openiads.scenario.load import load, restore

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from openiads.scenario.load import Scenario

TAIL = """
[[zones]]
name = "box"
kind = "no_fire"
corners = ["34 N, 35 E", "35 N, 35 E", "35 N, 36 E"]
floor = "1 km"
ceiling = "9 km"

[[notices]]
from_side = "attacker"
text = "flight test"
at = "1 min"
flight = "CIV101"

[capacity]
targets = 1000
"""

# text replaced, its replacement, key, what was read, what is allowed
MISTAKES = [
    ('duration = "25 min"', 'duration = "25"', "duration", '"25"', "ms, s, min, h"),
    ('duration = "25 min"', 'duration = "0 s"', "duration", "0 s", "up to 24 h"),
    ('duration = "25 min"', 'duration = "25 h"', "duration", "90000 s", "up to 24 h"),
    ('duration = "25 min"', 'duration = "-5 s"', "duration", '"-5 s"', "not be below zero"),
    ("start = 2016-10-15T04:00:00Z", "start = 2016-10-15T04:00:00", "start", "2016-10-15 04:00:00", "with its zone"),
    ("start = 2016-10-15T04:00:00Z", "start = 5", "start", "5", "with its zone"),
    ("seed = 20161015", "seed = -1", "seed", "-1", "greater than or equal to 0"),
    ("seed = 20161015", "seed = 4294967296", "seed", "4294967296", "less than 4294967296"),
    ("seed = 20161015", "seed = 1.5", "seed", "1.5", "integer"),
    ("seed = 20161015", "seed = true", "seed", "True", "integer"),
    ("seed = 20161015", "sead = 1\nseed = 1", "sead", '"sead"', 'did you mean "seed"'),
    ('origin = "tartus"', 'origin = "tartos"', "origin", '"tartos"', 'did you mean "tartus"'),
    ('origin = "tartus"', 'origin = "95 N, 3 E"', "origin", '"95 N, 3 E"', "latitudes end at 90"),
    ('record = "full"', 'record = "all"', "record", "'all'", "'full' or 'events'"),
    ('name = "civil"', 'name = "attacker"', "sides[2].name", '"attacker"', "used once"),
    ('name = "civil"', 'name = "ci.vil"', "sides[2].name", "'ci.vil'", "letters, digits"),
    ('to = "attacker"', 'to = "atacker"', "relations[0].to", '"atacker"', 'did you mean "attacker"'),
    ('is = "hostile"', 'is = "own"', "relations[0].is", '"own"', "own to itself"),
    ('is = "hostile"', 'is = "enemy"', "relations[0].is", "'enemy'", "'hostile'"),
    ('control = "free"', 'control = "fire"', "posts[0].control", "'fire'", "'hold', 'tight' or 'free'"),
    ('doctrine = "default"', 'doctrine = "x"', "posts[0].doctrine", '"x"', "cautious, default"),
    ('unit = "s-300v4"', 'unit = "s-300v5"', "units[0].unit", '"s-300v5"', 'did you mean "s-300v4"'),
    ('post = "tartus-cp"', 'post = "cp"', "units[0].post", '"cp"', "allowed: tartus-cp"),
    (
        'name = "tartus-cp"\nside = "defender"',
        'name = "tartus-cp"\nside = "attacker"',
        "units[0].post",
        "attacker",
        "ally",
    ),
    ('facing = "270 deg" ', 'facing = "west" ', "units[0].facing", '"west"', "10 deg"),
    ('facing = "270 deg" ', "false_plots = -1 ", "units[0].false_plots", "-1", "greater than or equal to 0"),
    (
        'facing = "270 deg" ',
        "false_plots = 141 ",
        "units[0].false_plots",
        '141 a scan, the radar "9s19m2" of "s-300v4"',
        "one look a scan and takes at most 140 a look, 140 a scan",
    ),
    ('facing = "270 deg" ', 'route = ["nikas"] ', "units[0].speed", "is missing", "both a route and a speed"),
    ('facing = "270 deg" ', 'route = ["nikas"]\nspeed = "9 kn" ', "units[0].route", "s-300v4", "no ship"),
    ('at = "34.930 N, 35.880 E"', 'at = "here"', "units[0].at", '"here"', "no place of the catalog"),
    ('radius = "300 m"', 'radius = "-300 m"', "assets[0].radius", '"-300 m"', "above zero"),
    ('radius = "300 m"\nvalue = 10', 'radius = "300 m"\nvalue = 0', "assets[0].value", "0", "greater than 0"),
    ("count = 4", "count = 0", "raids[0].count", "0", "greater than or equal to 1"),
    ("count = 4", "count = 501", "raids[0].count", "501", "less than or equal to 500"),
    ("count = 4", 'count = "4"', "raids[0].count", "'4'", "integer"),
    ('interval = "6 s"', 'interval = "-6 s"', "raids[0].interval", '"-6 s"', "not be below zero"),
    ('altitude = "20 m"\naim', 'altitude = "high"\naim', "raids[0].altitude", '"high"', "FL350"),
    ('altitude = "20 m"\naim', 'altitude = "-5 m agl"\naim', "raids[0].altitude", '"-5 m agl"', "between 0 m"),
    ('altitude = "20 m"\naim', 'altitudes = ["1 km"]\naim', "raids[0].altitudes", "1 altitudes", "3 points"),
    ('speed = "250 m/s"', 'speed = "-250 m/s"', "raids[2].speed", '"-250 m/s"', "above zero"),
    ('speed = "250 m/s"', 'speed = "250"', "raids[2].speed", '"250"', "m/s"),
    ('speed = "250 m/s"', 'speed = "M 99"', "raids[2].speed", '"M 99"', "Mach 30"),
    (
        'class = "glide-bomb"',
        'class = "glidebomb"',
        "raids[2].release[0].class",
        '"glidebomb"',
        'did you mean "glide-bomb"',
    ),
    (
        'class = "glide-bomb"',
        'class = "airliner"',
        "raids[2].release[0].class",
        '"airliner" of the group airliner',
        "flies to its aim by itself (allowed: anti-radiation-missile, cruise-missile-subsonic",
    ),
    (
        'class = "glide-bomb"',
        'class = "ballistic-short-range"',
        "raids[2].release[0].class",
        "of the group ballistic",
        "glide-bomb",
    ),
    ('class = "glide-bomb"', 'class = "fighter"', "raids[2].release[0].class", "of the group aircraft", "glide-bomb"),
    (
        'aim = "v4.search"',
        'aim = "v4.search"\nrelease = [{ class = "glide-bomb", at_waypoint = 1, aim = "headquarters" }]',
        "raids[4].release",
        "is given",
        "what homes on its aim from the start releases nothing",
    ),
    ("at_waypoint = 2", "at_waypoint = 5", "raids[2].release[0].at_waypoint", "5", "points 1 to 3"),
    ('aim = "headquarters"', 'aim = "hq"', "raids[2].release[0].aim", '"hq"', "naval-pier"),
    ('aim = "v4.search"', 'aim = "v4.tombstone"', "raids[4].aim", '"v4.tombstone"', "v4.9s15m2"),
    ('aim = "v4.search"', 'aim = "v5.search"', "raids[4].aim", '"v5"', "allowed: v4"),
    ('route = ["33.500 N, 33.400 E", "tartus"]', 'route = ["tartus"]', "raids[5].route", "1", "at least 2"),
    (
        'route = ["33.500 N, 33.400 E", "tartus"]',
        'route = ["33.500 N, 33.400 E", "34 N, 35 E", "tartus"]',
        "raids[5].route",
        "3 points",
        "exactly two",
    ),
    (
        'class = "ballistic-short-range"',
        'class = "cruise-missile-supersonic"\nmotion = "ballistic"',
        "raids[5].class",
        '"cruise-missile-supersonic", which has no boost_time',
        "allowed: ballistic-short-range",
    ),
    ('altitude = "0 m"', 'altitude = "0 m"\nrepeat = true', "raids[5].repeat", "true", "cannot repeat"),
    ('34.550 N, 34.050 E"]', '34.560 N, 34.050 E"]', "raids[7].route", "34.560 N", "ends where it starts"),
    ('power = "1 kW"', 'power = "1 km"', "raids[7].jammer.power", '"1 km"', "W, kW, MW"),
    ('callsign = "CIV102"', 'callsign = "CIV101"', "flights[1].callsign", '"CIV101"', "used once"),
    ('callsign = "CIV102"', 'callsign = "jammer"', "flights[1].callsign", '"jammer"', "name of a raid"),
    ('["lclk", "kukla", "olba"]', '["lclk", "lclk"]', "flights[0].route[1]", '"lclk"', "differ"),
    (
        'transponder = { code = "4101" }',
        'transponder = { code = "4108" }',
        "flights[0].transponder.code",
        "'4108'",
        "octal",
    ),
    (
        'transponder = { code = "4101" }',
        "transponder = { code = 4101 }",
        "flights[0].transponder.code",
        "4101",
        "octal",
    ),
    (
        'transponder = { code = "4101" }',
        'transponder = { code = "4101", modes = ["3/A", "3/A"] }',
        "flights[0].transponder.modes",
        '"3/A" more than once',
        "a mode is named once",
    ),
    (
        'transponder = { code = "4101" }',
        'transponder = { code = "4101", altitude_fault = "300 km" }',
        "flights[0].transponder.altitude_fault",
        '"300 km"',
        "between -10 km and 10 km",
    ),
    (
        'transponder = { code = "4101" }',
        "transponder = true",
        "flights[0].transponder",
        "read True",
        "expected a table of keys",
    ),
    ('gain = "10 dB"', 'gain = "1000 dB"', "raids[7].jammer.gain", '"1000 dB"', "-20 dB and 60 dB"),
    ('gain = "10 dB"', 'gain = "-21 dB"', "raids[7].jammer.gain", '"-21 dB"', "-20 dB and 60 dB"),
    ('duration = "25 min"', 'duration = "long"', "duration", '"long"', 'expected a time such as "5 min"'),
    ('route = ["33.500 N, 33.400 E", "tartus"]', 'route = "tartus"', "raids[5].route", "'tartus'", "a list in square"),
    ('unit = "s-300v4"', 'unit = ""', "units[0].unit", "is empty", "some text is needed"),
    (
        'plan = { code = "4101" }',
        'plan = { code = "4101", delay = "-1 s" }',
        "flights[0].plan.delay",
        '"-1 s"',
        "below zero",
    ),
    ('floor = "1 km"', 'floor = "10 km"', "zones[0].floor", "10000 m", "below the ceiling of 9000 m"),
    ('kind = "no_fire"', 'kind = "wall"', "zones[0].kind", "'wall'", "'engagement'"),
    ('corners = ["34 N, 35 E", ', "corners = [", "zones[0].corners", "2", "at least 3"),
    ('flight = "CIV101"', 'flight = "CIV999"', "notices[0].flight", '"CIV999"', "CIV101"),
    ('from_side = "attacker"', 'from_side = "nobody"', "notices[0].from_side", '"nobody"', "attacker, civil, defender"),
    ("targets = 1000", "targets = 36", "capacity.targets", "37 targets", "limit is 36"),
]


@pytest.mark.parametrize(("old", "new", "key", "read", "allowed"), MISTAKES, ids=lambda value: str(value)[:24])
def test_a_mistake_is_named(
    old: str, new: str, key: str, read: str, allowed: str, tartus_text: str, load_text: Callable[[str], Scenario]
) -> None:
    text = tartus_text + TAIL
    assert old in text
    where = text[: text.index(old)].count("\n") + 1
    with pytest.raises(InputError) as caught:
        load_text(text.replace(old, new, 1))
    error = caught.value
    assert error.key == key
    assert read in error.message
    assert allowed in error.message
    assert "\n" not in str(error)
    assert error.file.endswith("scenario.toml")
    assert error.line is not None
    assert _is_near(error.line, where, old, new, key)


def _is_near(line: int, where: int, old: str, new: str, key: str) -> bool:
    """The line is the changed one, or for a rule about two keys the nearest that is written."""
    about_two_keys = {"units[0].post", "units[0].speed"}
    height = max(old.count("\n"), new.count("\n"))
    return key in about_two_keys or where <= line <= where + height


def test_the_text_itself_is_sound(tartus_text: str, load_text: Callable[[str], Scenario]) -> None:
    assert load_text(tartus_text + TAIL).file.capacity.targets == 1000


def test_false_plots_of_a_rotating_radar_end_at_eight_looks(
    tartus_text: str, load_text: Callable[[str], Scenario]
) -> None:
    assert 'unit = "s-300v4"' in tartus_text
    pmu = tartus_text.replace('unit = "s-300v4"', 'unit = "s-300pmu1"')
    most = pmu.replace('facing = "270 deg" ', "false_plots = NUMBER ", 1)
    assert load_text(most.replace("NUMBER", "1120")).file.units[0].false_plots == 1120.0
    with pytest.raises(InputError, match=r'read 5000 a scan, the radar "\w+" of .* 8 looks a scan .* 1120 a scan'):
        load_text(most.replace("NUMBER", "5000"))


@pytest.mark.parametrize("kind", ["cruise-missile-supersonic", "one-way-uav", "decoy", "anti-radiation-missile"])
def test_a_raid_releases_what_flies_to_its_aim(
    kind: str, tartus_text: str, load_text: Callable[[str], Scenario]
) -> None:
    assert load_text(tartus_text.replace('class = "glide-bomb"', f'class = "{kind}"')).file.raids[2].release


def test_a_missing_key_is_named(tartus_text: str, load_text: Callable[[str], Scenario]) -> None:
    with pytest.raises(InputError, match="is missing") as caught:
        load_text(tartus_text.replace("seed = 20161015", ""))
    assert caught.value.key == "seed"


def test_a_fault_is_a_table(tartus_text: str, load_text: Callable[[str], Scenario]) -> None:
    """What stands in it is checked in tests/engine/test_faults.py."""
    with pytest.raises(InputError) as caught:
        load_text("faults = [1]\n" + tartus_text)
    assert caught.value.key == "faults[0]"


def test_text_that_is_no_toml_names_the_line(load_text: Callable[[str], Scenario]) -> None:
    with pytest.raises(InputError, match="not valid TOML") as caught:
        load_text('name = "x"\n= 3\n')
    assert caught.value.line == 2


@pytest.mark.parametrize("text", ["a = " + "[" * 5000, "a = " + "9" * 5000])
def test_text_that_breaks_the_parser_is_refused(text: str, load_text: Callable[[str], Scenario]) -> None:
    with pytest.raises(InputError):
        load_text(text)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(b'name = "\xe9"')
    for path in (tmp_path, tmp_path / "none.toml", tmp_path / "latin.toml"):
        with pytest.raises(InputError) as caught:
            load(path)
        assert caught.value.file == str(path)


def test_an_unknown_scenario_lists_those_there_are() -> None:
    with pytest.raises(InputError, match=r'did you mean "tartus".*first.*no path'):
        load("tartuss")


@pytest.mark.parametrize("text", ["", "[]", "{}", "x", "[" * 100_000])
def test_a_broken_record_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        restore(text)
