"""What sensing hands on and what the record keeps: append only, emptied by the door. Conventions: tables.py."""

from __future__ import annotations

from openiads.world.dtypes import record, vector

PLOT = record(
    ("tick", "i8"),
    ("radar", "i8"),
    ("post", "i8"),
    ("channel", "i8"),  # of a channel look, or -1
    ("track", "i8"),  # the cued track's row, then the row it was associated with
    ("track_number", "i8"),
    ("dimensions", "i8"),
    ("range_m", "f8"),
    ("sigma_range_m", "f8"),
    ("sigma_azimuth_rad", "f8"),
    ("sigma_elevation_rad", "f8"),
    ("snr_db", "f8"),
    ("range_rate_mps", "f8"),  # positive: going away
    ("sigma_rate_mps", "f8"),  # 0: the radar measures none
    ("nis", "f8"),  # normalised innovation squared of the track that took it, -1 none
    vector("pos_enu_m"),
)
MEASURED = record(  # what a radar of a user's own told, before it has a place; NaN: not told
    ("time_s", "f8"),
    ("radar", "i8"),
    ("range_m", "f8"),
    ("azimuth_rad", "f8"),
    ("elevation_rad", "f8"),
    ("range_rate_mps", "f8"),
    ("height_m", "f8"),  # above the sea
    ("sigma_range_m", "f8"),
    ("sigma_azimuth_rad", "f8"),
    ("sigma_elevation_rad", "f8"),
)
INSTRUMENT = record(  # how such a radar measures
    ("height_m", "f8"),
    ("range_min_m", "f8"),
    ("range_max_m", "f8"),
    ("elevation_max_rad", "f8"),
    ("sigma_range_m", "f8"),
    ("sigma_azimuth_rad", "f8"),
    ("sigma_elevation_rad", "f8"),
    ("sigma_rate_mps", "f8"),  # 0: not measured
    ("range_bias_m", "f8"),
    ("azimuth_bias_rad", "f8"),
)
PLOT_ORIGIN = record(("target", "i8"))  # beside PLOT; -1 a false plot. The record's, never the tracker's
REPLY = record(
    ("tick", "i8"), ("radar", "i8"), ("post", "i8"), ("plot", "i8"), ("plot_serial", "i8"), ("iff", "i8"),
    ("code", "i8"),  # mode 3/A, the four octal digits as a number; -1 none, or none that can be read
    ("code_1", "i8"), ("code_2", "i8"), ("address", "i8"),  # of modes 1, 2 and S; -1 none
    ("modes", "i8"),  # bit mask of the modes (Mode) that were answered and read
    ("height_m", "f8"),  # mode C, to 100 ft; of no meaning unless ``modes`` has mode C or mode S
    ("garbled", "i8"),  # 1: replies overlap and the codes cannot be read
)  # fmt: skip
STROBE = record(
    ("tick", "i8"),
    ("kind", "i8"),  # StrobeKind
    ("post", "i8"),
    ("radar", "i8"),  # that heard it, or -1
    ("receiver", "i8"),  # that heard it, or -1
    ("azimuth_rad", "f8"),  # measured
    ("sigma_azimuth_rad", "f8"),
    ("level_db", "f8"),  # jamming over noise; of a receiver the signal over its sensitivity
    vector("pos_enu_m"),  # of the antenna
    vector("along_enu"),  # level unit vector along the bearing, as the post has it
)
STROBE_ORIGIN = record(("emitter", "i8"))  # beside STROBE. The record's, never a decision's
EVENT = record(
    ("tick", "i8"),
    ("kind", "i8"),  # EventKind
    ("because", "i8"),  # serial of the event that caused it, or -1
    ("post", "i8"),
    ("unit", "i8"),
    ("radar", "i8"),
    ("launcher", "i8"),
    ("channel", "i8"),
    ("track", "i8"),  # track number
    ("target", "i8"),
    ("engagement", "i8"),  # engagement id
    ("interceptor", "i8"),  # interceptor number
    ("asset", "i8"),
    ("cause", "i8"),  # Cause
    ("evidence", "i8"),  # EvidenceKind that tipped an identity, or -1
    ("code", "i8"),  # an enum value that the kind explains (identity, verb, outcome)
    ("value", "f8"),  # a number that the kind explains (miss distance, damage, range)
    vector("pos_enu_m"),
)
TRUTH_SAMPLE = record(("tick", "i8"), ("target", "i8"), vector("pos_ecef_m"), vector("vel_ecef_mps"))
TRACK_SAMPLE = record(
    ("tick", "i8"), ("post", "i8"), ("number", "i8"), ("state", "i8"), ("identity", "i8"), ("hits", "i8"),
    ("plot_tick", "i8"),  # of its last plot
    ("score", "f8"),  # log of how much likelier its plots are as one object's than as false ones
    vector("pos_enu_m"), vector("vel_enu_mps"), ("cov", "f8", (21,)),
)  # fmt: skip
INTERCEPTOR_SAMPLE = record(
    ("tick", "i8"), ("number", "i8"), ("phase", "i8"), vector("pos_enu_m"), vector("vel_enu_mps"), ("mass_kg", "f8"),
)  # fmt: skip
EMISSION = record(("tick", "i8"), ("emitter", "i8"), ("on", "i8"), ("boresight_rad", "f8"))
EVIDENCE = record(
    ("tick", "i8"), ("post", "i8"), ("number", "i8"), ("identity", "i8"), ("code", "i8"),
    ("iff", "i8"), ("code_evidence", "i8"), ("route", "i8"), ("height", "i8"), ("kinematics", "i8"), ("origin", "i8"),
    ("course", "i8"), ("act", "i8"), ("notice", "i8"), ("word", "i8"), ("probability", "f8", (3,)),
)  # fmt: skip
RANKING_SAMPLE = record(
    ("tick", "i8"), ("post", "i8"), ("number", "i8"), ("asset", "i8"), ("group", "i8"), ("threat", "f8"),
    ("value_share", "f8"), ("hostile", "f8"), ("weight", "f8"), ("urgency", "f8"), ("nearness", "f8"),
    ("time_to_asset_s", "f8"), ("closest_m", "f8"),
    ("cause", "i8"),  # why it is not engaged in this cycle, 0 if it is
    ("engagements", "i8"),  # open ones on it
    ("time_to_impact_s", "f8"),  # of what is taken to fall, -1 of all else
    vector("impact_enu_m"), ("impact_sigma_major_m", "f8"), ("impact_sigma_minor_m", "f8"),
    ("impact_azimuth_rad", "f8"), ("impact_chance", "f8"),
)  # fmt: skip
RESOURCE = record(
    ("tick", "i8"), ("unit", "i8"), ("channel", "i8"), ("launcher", "i8"), ("engagement", "i8"), ("loaded", "i8"),
    ("reloads", "i8"), ("rounds_flying", "i8"),
)  # fmt: skip
DEBRIS = record(
    ("tick", "i8"),  # of the intercept, or of the end of the round
    ("because", "i8"),  # serial of the event that made it
    ("kind", "i8"),  # DebrisKind
    ("target", "i8"),  # whose pieces they are, or -1
    ("interceptor", "i8"),  # number of the round
    vector("pos_enu_m"),  # centre, on the sea's surface
    ("major_m", "f8"),  # half axes, two standard deviations
    ("minor_m", "f8"),
    ("azimuth_rad", "f8"),  # of the major axis at the centre, 0 to pi clockwise from north
    ("fall_s", "f8"),  # how long the pieces fall, mean
)
