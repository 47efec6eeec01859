"""World: the tables that do not change during a run. Conventions: tables.py."""

from __future__ import annotations

from typing import Final

from openiads.enums import CodeEvidence, CourseEvidence, IffEvidence, KinematicClass, TargetGroup
from openiads.world.dtypes import record, vector

GROUPS: Final = len(TargetGroup)

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
# row: height cell * range cells + range cell
ENVELOPE = record(("flight_s", "f8"), ("speed_mps", "f8"), ("reachable", "i8"))
