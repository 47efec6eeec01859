"""Every table of the simulation: one line a field, with its unit in its name.

A table is a NumPy record array, a row an entity. Frames: ``_ecef_`` earth-centred earth-fixed WGS-84, ``_enu_`` east,
north, up at the scenario's origin. Indices are row numbers of the table they name; -1 means none. ``*_hash`` is
the 32-bit hash of a stable name (names.py), which random draws use instead of row numbers. ``tick`` is milliseconds
since the scenario's start.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from openiads.enums import CodeEvidence, CourseEvidence, IffEvidence, KinematicClass, TargetGroup

GROUPS: Final = len(TargetGroup)


def record(*fields: tuple[Any, ...]) -> np.dtype[Any]:
    """An aligned record dtype whose rows read as ``row.field`` compiled and in plain Python alike."""
    return np.dtype((np.record, np.dtype(list(fields), align=True)))  # type: ignore[call-overload, no-any-return]


def vector(name: str) -> tuple[str, str, tuple[int]]:
    """A field of three floats."""
    return (name, "f8", (3,))


# ---- World: what does not change during a run -----------------------------------------------------------------------

SETTING = record(
    ("duration_tick", "i8"),
    vector("origin_ecef_m"),
    ("enu_to_ecef", "f8", (3, 3)),  # columns: east, north, up of the origin in ECEF
    ("earth_radius_m", "f8"),  # local radius at the origin, for heights above the curved sea
    ("sides", "i8"),
    ("log_full", "i8"),  # 1: samples and plots are recorded, 0: events only
)
RELATION = record(("relation", "i8"))  # row: of_side * sides + to_side
UNIT = record(
    ("name_hash", "u4"),
    ("side", "i8"),
    ("post", "i8"),
    ("platform", "i8"),
    ("engagement_radar", "i8"),
    ("first_launcher", "i8"),
    ("launcher_count", "i8"),
    ("first_channel", "i8"),
    ("channel_count", "i8"),
    ("targets_max", "i8"),
    ("missiles_max", "i8"),
    ("missiles_per_target", "i8"),
    ("launch_interval_tick", "i8"),
    ("reaction_tick", "i8"),
    ("reload_tick", "i8"),
)
RADAR = record(
    ("name_hash", "u4"),
    ("kind", "i8"),  # RadarKind
    ("unit", "i8"),
    ("post", "i8"),
    ("side", "i8"),
    ("platform", "i8"),
    ("dimensions", "i8"),
    ("look_tick", "i8"),  # time between two looks (an eighth of a turn, or a sector frame)
    ("looks_per_scan", "i8"),
    ("scan_tick", "i8"),
    ("channel_tick", "i8"),
    ("acquisition_tick", "i8"),
    ("snr_constant_m2", "f8"),  # single-look SNR = snr_constant * rcs / range^4
    ("jam_constant_m2pw", "f8"),  # jam-to-noise = constant * (ERP / bandwidth) * relative gain / range^2
    ("log_pfa", "f8"),
    ("instrumented_range_m", "f8"),
    ("range_min_m", "f8"),
    ("interrogator_range_m", "f8"),
    ("sector_half_rad", "f8"),
    ("sector_half_cos", "f8"),
    ("elevation_min_sin", "f8"),
    ("elevation_max_sin", "f8"),
    ("beam_azimuth_rad", "f8"),
    ("beam_elevation_rad", "f8"),
    ("range_resolution_m", "f8"),
    ("range_floor_m", "f8"),
    ("azimuth_floor_rad", "f8"),
    ("elevation_floor_rad", "f8"),
    ("sidelobe_gain", "f8"),  # of jamming, relative to the main lobe, cancellers included, linear
    ("false_plots_per_look", "f8"),
    ("slew_rate_radps", "f8"),
    ("azimuth_bias_rad", "f8"),  # a fault: north misalignment
    ("range_bias_m", "f8"),  # a fault
)
TERRAIN = record(("height_m", "f8"))
TARGET = record(
    ("name_hash", "u4"),
    ("class_row", "i8"),
    ("group", "i8"),  # TargetGroup
    ("motion", "i8"),  # Motion
    ("side", "i8"),
    ("parent", "i8"),
    ("start_tick", "i8"),  # of a child: after its parent's start
    ("jitter_tick", "f8"),
    ("first_leg", "i8"),
    ("leg_count", "i8"),
    ("repeats", "i8"),
    ("swerling", "i8"),
    ("rcs_nose_m2", "f8"),
    ("rcs_beam_m2", "f8"),
    ("rcs_tail_m2", "f8"),
    ("speed_mps", "f8"),
    ("load_factor_max_mps2", "f8"),
    ("ballistic_coefficient_kgpm2", "f8"),
    ("cruise_height_m", "f8"),
    vector("start_ecef_m"),  # of an integrated target without a parent
    vector("start_vel_ecef_mps"),
    ("aim_asset", "i8"),
    ("aim_emitter", "i8"),
    vector("aim_ecef_m"),
    ("damage", "f8"),
    ("cep_m", "f8"),
    ("vulnerability", "f8"),
    ("replies", "i8"),  # 1: a transponder answers
    ("mode_4", "i8"),  # 1: answers the secure mode with a valid reply
    ("code", "i8"),  # mode 3/A, the four octal digits as a number
    ("plan", "i8"),
)
LEG = record(
    vector("axis"),  # axis of the circle that the surface normal runs on, unit vector
    vector("from_axis"),  # unit vector across the axis, towards the start
    vector("along"),  # axis x from_axis
    ("cos_radius", "f8"),  # of the circle's angular radius; 0 on a great circle
    ("sin_radius", "f8"),
    ("rate_radps", "f8"),
    ("height_m", "f8"),
    ("climb_mps", "f8"),
    ("start_tick", "i8"),  # after the target's start
    ("end_tick", "i8"),
)
PLAN = record(("code", "i8"), ("first_point", "i8"), ("point_count", "i8"), ("filed", "i8"), ("known_tick", "i8"))
PLAN_POINT = record(vector("pos_enu_m"), ("tick", "i8"))
DOCTRINE = record(
    ("cycle_tick", "i8"),
    ("log_prior", "f8", (3,)),  # friend, civil, hostile
    ("iff_log", "f8", (len(IffEvidence), 3)),
    ("code_log", "f8", (len(CodeEvidence), 3)),
    ("kinematics_log", "f8", (len(KinematicClass), 3)),
    ("course_log", "f8", (len(CourseEvidence), 3)),
    ("threshold_hostile", "f8"),
    ("threshold_suspect", "f8"),
    ("threshold_friend", "f8"),
    ("threshold_neutral", "f8"),
    ("corridor_half_m", "f8"),
    ("plan_tolerance_tick", "i8"),
    ("salvo_rounds", "i8", (GROUPS,)),
    ("group_weight", "f8", (GROUPS,)),
    ("shoot_look_shoot", "i8"),
    ("reserve_rounds", "i8"),
    ("threat_min", "f8"),
    ("threat_time_s", "f8"),
    ("track_sigma_max_m", "f8"),
    ("acquisition_timeout_tick", "i8"),
    ("assessment_delay_tick", "i8"),
    ("assessment_window_tick", "i8"),
    ("false_kill", "f8"),
    ("missed_kill", "f8"),
    ("confirm_hits", "i8"),
    ("confirm_looks", "i8"),
    ("coast_scans", "f8"),
    ("process_noise_mps2", "f8"),
    ("gate", "f8"),
)
ZONE = record(
    ("kind", "i8"), ("first_corner", "i8"), ("corner_count", "i8"), ("floor_m", "f8"), ("ceiling_m", "f8"),
)  # fmt: skip
ZONE_CORNER = record(vector("pos_enu_m"))
NOTICE = record(("from_side", "i8"), ("to_post", "i8"), ("target", "i8"), ("due_tick", "i8"), ("until_tick", "i8"))
MISSILE = record(
    ("name_hash", "u4"),
    ("guidance", "i8"),  # Guidance
    ("launch_mass_kg", "f8"),
    ("burnout_mass_kg", "f8"),
    ("mass_flow_kgps", "f8"),
    ("thrust_n", "f8"),
    ("area_m2", "f8"),
    ("drag_scale", "f8"),
    ("induced_drag", "f8"),
    ("load_factor_max_mps2", "f8"),
    ("lag_s", "f8"),
    ("eject_speed_mps", "f8"),
    ("ignition_s", "f8"),
    ("burnout_s", "f8"),
    ("loft_rad", "f8"),
    ("handover_m", "f8"),
    ("navigation_constant", "f8"),
    ("seeker_noise_rad", "f8"),
    ("life_s", "f8"),
    ("lethal_radius_m", "f8"),
    ("reliability", "f8"),
    ("kill", "f8", (GROUPS,)),
    ("range_min_m", "f8"),
    ("range_max_m", "f8"),
    ("height_min_m", "f8"),
    ("height_max_m", "f8"),
    ("target_speed_max_mps", "f8"),
    ("first_cell", "i8"),  # of its envelope table
    ("range_cells", "i8"),
    ("height_cells", "i8"),
    ("range_step_m", "f8"),
    ("height_step_m", "f8"),
)
ENVELOPE = record(("flight_s", "f8"), ("speed_mps", "f8"), ("reachable", "i8"))  # row: height cell * range cells + range

# ---- State: what changes ---------------------------------------------------------------------------------------------

CLOCK = record(
    ("tick", "i8"),
    ("seed", "u4"),
    ("run", "u4"),
    ("motion_tick", "i8"),
    ("truth_sample_tick", "i8"),
    ("look_tick", "i8"),
    ("track_sample_tick", "i8"),
    ("guidance_tick", "i8"),
    ("interceptor_sample_tick", "i8"),
)
POST = record(
    ("name_hash", "u4"),
    ("side", "i8"),
    ("doctrine", "i8"),
    ("control", "i8"),  # ControlStatus
    ("next_cycle_tick", "i8"),
    ("next_track_number", "i8"),
    ("next_engagement_id", "i8"),
)
PLATFORM = record(
    ("name_hash", "u4"),
    ("side", "i8"),
    ("alive", "i8"),
    ("moves", "i8"),
    ("first_leg", "i8"),
    ("leg_count", "i8"),
    vector("pos_ecef_m"),
    vector("pos_enu_m"),
    vector("vel_enu_mps"),
)
EMITTER = record(
    ("name_hash", "u4"),
    ("kind", "i8"),  # EmitterKind; the first rows are the radars, row by row
    ("side", "i8"),
    ("platform", "i8"),
    ("target", "i8"),  # a jammer rides on a target
    ("alive", "i8"),
    ("on", "i8"),
    ("look", "i8"),  # which look of the scan comes next
    ("next_look_tick", "i8"),
    ("boresight_rad", "f8"),
    ("boresight_sin", "f8"),
    ("boresight_cos", "f8"),
    ("wanted_boresight_rad", "f8"),
    ("slew_tick", "i8"),  # when the boresight was last moved
    ("height_m", "f8"),  # antenna above the platform
    ("density_wphz", "f8"),  # jammer: effective radiated power density
    vector("pos_ecef_m"),
    vector("pos_enu_m"),
    ("axes_enu", "f8", (3, 3)),  # columns: the antenna's own east, north, up in the scenario's frame
)
TRUTH = record(
    ("alive", "i8"),
    ("spawned", "i8"),
    ("start_tick", "i8"),
    ("leg", "i8"),
    ("tick", "i8"),  # of the position, for an integrated target
    vector("pos_ecef_m"),
    vector("vel_ecef_mps"),
    vector("acc_ecef_mps2"),
    ("due_tick", "i8"),  # when motion wants to see it again
    ("seen", "i8"),  # 1 once a radar has had a plot of it; the log's, for the first plot
    ("cause_event", "i8"),
)
ASSET = record(
    ("name_hash", "u4"),
    ("side", "i8"),
    ("emitter", "i8"),  # a radar of a unit as an asset of its own, or -1
    ("launcher", "i8"),
    ("platform", "i8"),  # that carries it, or -1
    vector("pos_ecef_m"),
    vector("pos_enu_m"),
    ("radius_m", "f8"),
    ("value", "f8"),
    ("hardness", "f8"),
    ("damage", "f8"),
    ("hits", "i8"),
    ("defended", "i8"),  # 1: on the post's list
)
LAUNCHER = record(
    ("name_hash", "u4"),
    ("unit", "i8"),
    ("missile", "i8"),
    ("rails", "i8"),
    ("channel", "i8"),  # its own illuminator's channel, or -1
    ("alive", "i8"),
    ("damage", "f8"),
    vector("pos_ecef_m"),
    vector("pos_enu_m"),
)
MAGAZINE = record(  # row by row beside LAUNCHER
    ("loaded", "i8"),
    ("reloads", "i8"),
    ("promised", "i8"),  # rounds assigned, not yet fired
    ("fired", "i8"),
    ("next_launch_tick", "i8"),
    ("reload_tick", "i8"),
)
CHANNEL = record(
    ("unit", "i8"),
    ("radar", "i8"),
    ("launcher", "i8"),  # owner of the illuminator where the launcher carries it, or -1
    ("engagement", "i8"),
    ("rounds_flying", "i8"),
    ("next_look_tick", "i8"),
    ("fresh", "i8"),  # 1: a new cue; the beam lets go of what it was on
    ("hits", "i8"),  # plots of the cued track since designation
    ("last_hit_tick", "i8"),
    ("busy_from_tick", "i8"),
    ("busy_ticks", "i8"),
)
LOCK = record(("target", "i8"))  # beside CHANNEL; the object the beam rests on: sensing alone may know
TRACK = record(  # what the coarse gate reads stands first, side by side
    ("state", "i8"),  # TrackState
    ("post", "i8"),
    ("tick", "i8"),
    vector("pos_enu_m"),
    vector("vel_enu_mps"),
    ("pos_sigma_m", "f8"),  # of cov
    ("vel_sigma_mps", "f8"),
    ("cov", "f8", (6, 6)),
    ("number", "i8"),
    ("first_tick", "i8"),
    ("plot_tick", "i8"),  # of the last plot
    ("scan_tick", "i8"),  # shortest revisit of the radars that see it
    ("hits", "i8"),
    ("radar", "i8"),  # of the last plot
    ("confirmed_event", "i8"),
)
IDENTITY = record(  # beside TRACK
    ("number", "i8"),  # of the track this row was made for
    ("identity", "i8"),
    ("probability", "f8", (3,)),
    ("iff", "i8"),
    ("asked", "i8"),  # interrogations
    ("replied", "i8"),
    ("code", "i8"),
    ("code_evidence", "i8"),
    ("plan", "i8"),
    ("kinematics", "i8"),
    ("course", "i8"),
    ("ordered", "i8"),  # 1: an operator's word stands
    ("weighed", "i8"),  # 1: the probabilities stand for the evidence as it is
    ("event", "i8"),
)
RANKING = record(  # beside TRACK
    ("number", "i8"),
    ("asset", "i8"),
    ("group", "i8"),  # TargetGroup guessed from kinematics
    ("threat", "f8"),
    ("time_to_asset_s", "f8"),
    ("closest_m", "f8"),
    ("cause", "i8"),  # the last logged cause of not engaging
    ("engagements", "i8"),  # open ones on it
    ("logged_threat", "f8"),
    ("killed_tick", "i8"),  # when it was last called killed; newer plots are needed to engage it again
)
ENGAGEMENT = record(
    ("state", "i8"),  # EngagementState
    ("id", "i8"),
    ("post", "i8"),
    ("unit", "i8"),
    ("channel", "i8"),
    ("track", "i8"),
    ("track_number", "i8"),
    ("group", "i8"),
    ("missile", "i8"),
    ("launcher", "i8"),
    ("rounds_wanted", "i8"),
    ("rounds_fired", "i8"),
    ("rounds_flying", "i8"),
    ("designated_tick", "i8"),
    ("ready_tick", "i8"),  # reaction time over
    ("launch_tick", "i8"),  # next round
    ("assess_tick", "i8"),
    ("intercept_tick", "i8"),  # predicted, then of the last round
    vector("intercept_enu_m"),
    ("cause", "i8"),
    ("event", "i8"),  # the last event of its life, cause of the next
)
INTERCEPTOR = record(
    ("phase", "i8"),  # InterceptorPhase
    ("name_hash", "u4"),
    ("missile", "i8"),
    ("unit", "i8"),
    ("launcher", "i8"),
    ("channel", "i8"),
    ("engagement", "i8"),
    ("engagement_id", "i8"),
    ("track", "i8"),
    ("track_number", "i8"),
    ("number", "i8"),
    ("launch_tick", "i8"),
    ("tick", "i8"),
    ("dud", "i8"),
    ("blind", "i8"),  # 1 once what it homed on was gone, or nobody guided it any more
    vector("pos_enu_m"),
    vector("vel_enu_mps"),
    vector("acc_enu_mps2"),  # achieved lateral acceleration (after the autopilot's lag)
    vector("aim_enu_m"),
    ("mass_kg", "f8"),
    ("seeker_target", "i8"),  # the object the seeker is on, which may not be the track's
    ("miss_m", "f8"),
    ("miss_tick", "i8"),
    ("closing_mps", "f8"),
    ("event", "i8"),
)
MESSAGE = record(
    ("due_tick", "i8"), ("kind", "i8"), ("from_post", "i8"), ("to_post", "i8"), ("track_number", "i8"),
    vector("pos_enu_m"), vector("vel_enu_mps"), ("done", "i8"),
)  # fmt: skip
DIRECTIVE = record(
    ("tick", "i8"), ("verb", "i8"), ("post", "i8"), ("track_number", "i8"), ("value", "i8"), ("author", "u4"), ("done", "i8"),
)  # fmt: skip

# ---- What sensing hands on, and what the record keeps (append only, emptied by the door) -----------------------------

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
    vector("pos_enu_m"),
)
PLOT_ORIGIN = record(("target", "i8"))  # beside PLOT; -1 a false plot. The record's, never the tracker's
REPLY = record(("tick", "i8"), ("radar", "i8"), ("post", "i8"), ("plot", "i8"), ("plot_serial", "i8"), ("iff", "i8"), ("code", "i8"))
STROBE = record(
    ("tick", "i8"), ("radar", "i8"), ("post", "i8"), ("azimuth_rad", "f8"), ("elevation_rad", "f8"), ("jam_to_noise_db", "f8"),
)  # fmt: skip
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
    ("code", "i8"),  # an enum value that the kind explains (identity, verb, outcome)
    ("value", "f8"),  # a number that the kind explains (miss distance, damage, range)
    vector("pos_enu_m"),
)
TRUTH_SAMPLE = record(("tick", "i8"), ("target", "i8"), vector("pos_ecef_m"), vector("vel_ecef_mps"))
TRACK_SAMPLE = record(
    ("tick", "i8"), ("post", "i8"), ("number", "i8"), ("state", "i8"), ("identity", "i8"), ("hits", "i8"),
    vector("pos_enu_m"), vector("vel_enu_mps"), ("cov", "f4", (21,)),
)  # fmt: skip
INTERCEPTOR_SAMPLE = record(
    ("tick", "i8"), ("number", "i8"), ("phase", "i8"), vector("pos_enu_m"), vector("vel_enu_mps"), ("mass_kg", "f8"),
)  # fmt: skip
EMISSION = record(("tick", "i8"), ("emitter", "i8"), ("on", "i8"), ("boresight_rad", "f8"))
EVIDENCE = record(
    ("tick", "i8"), ("post", "i8"), ("number", "i8"), ("identity", "i8"), ("iff", "i8"), ("code", "i8"), ("code_evidence", "i8"),
    ("kinematics", "i8"), ("course", "i8"), ("probability", "f8", (3,)),
)  # fmt: skip
RANKING_SAMPLE = record(
    ("tick", "i8"), ("post", "i8"), ("number", "i8"), ("asset", "i8"), ("threat", "f8"), ("time_to_asset_s", "f8"),
    ("closest_m", "f8"), ("cause", "i8"),
)  # fmt: skip
RESOURCE = record(
    ("tick", "i8"), ("unit", "i8"), ("channel", "i8"), ("launcher", "i8"), ("engagement", "i8"), ("loaded", "i8"), ("reloads", "i8"),
    ("rounds_flying", "i8"),
)  # fmt: skip
COUNT = record(  # one row: how far each append-only table is filled, and running serials
    ("plots", "i8"),
    ("replies", "i8"),
    ("strobes", "i8"),
    ("events", "i8"),
    ("truth_samples", "i8"),
    ("track_samples", "i8"),
    ("interceptor_samples", "i8"),
    ("emissions", "i8"),
    ("evidence", "i8"),
    ("ranking_samples", "i8"),
    ("resources", "i8"),
    ("directives", "i8"),
    ("messages", "i8"),
    ("plots_read", "i8"),  # plots that the tracker has taken
    ("replies_read", "i8"),
    ("arrivals", "i8"),  # targets that reached their aim in this step
    ("plot_serial", "i8"),  # plots of all drains so far
    ("event_serial", "i8"),
    ("interceptor_serial", "i8"),
    ("tracks_top", "i8"),  # rows of TRACK ever used
    ("tracks_free", "i8"),  # no row of TRACK before this one is free
    ("engagements_top", "i8"),
    ("interceptors_top", "i8"),
    ("overflow", "i8"),  # Overflow: which table was too small, 0 for none
)
WORK = record(  # work space of the assignment solver, one row a column
    ("row_potential", "f8"),
    ("column_potential", "f8"),
    ("shortest", "f8"),
    ("before", "i8"),
    ("row_of", "i8"),
    ("column_of", "i8"),
    ("scanned", "i8"),
    ("row_of_table", "i8"),  # what the row stands for (a plot, a channel)
    ("other", "i8"),  # what the column stands for (a track)
    ("mark", "i8"),
)
