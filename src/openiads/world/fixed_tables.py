"""World: the tables that do not change during a run. Conventions: tables.py."""

from __future__ import annotations

from typing import Final

from openiads.enums import EvidenceKind, TargetGroup
from openiads.world.dtypes import record, vector

GROUPS: Final = len(TargetGroup)
EVIDENCE_LEVELS: Final = 7  # of the kind of evidence that has most

SETTING = record(
    ("duration_tick", "i8"),
    vector("origin_ecef_m"),
    ("enu_to_ecef", "f8", (3, 3)),  # columns: east, north, up of the origin in ECEF
    ("earth_radius_m", "f8"),  # local radius at the origin, for heights above the curved sea
    ("sides", "i8"),
    ("log_full", "i8"),  # 1: samples and plots are recorded, 0: events only
    ("kill_level", "i8"),  # KillLevel
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
    ("rails", "i8"),  # of all its launchers
    ("launch_interval_tick", "i8"),
    ("reaction_tick", "i8", (3,)),  # low, middle, high
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
    ("channel_tick", "i8"),
    ("acquisition_tick", "i8"),
    ("channel_share", "f8"),  # of the radar's time that one busy channel takes
    ("search_share", "f8"),  # of the radar's time that search keeps at the least
    ("snr_constant_m2", "f8"),  # SNR of a search look, all its pulses = snr_constant * rcs / range^4
    ("least_snr", "f8"),  # of a look; below it none detects
    ("pulses", "f8"),  # summed in a look
    ("first_chance", "i8"),  # of its detection tables, one a Swerling case
    ("first_air", "i8"),  # of its table of the air's loss
    ("air_step_m", "f8"),
    ("first_horizon", "i8"),
    ("horizon_count", "i8"),  # one, or several along the way of a ship
    ("horizon_tick", "i8"),  # between two of them
    ("horizon_step_m", "f8"),
    ("frequency_hz", "f8"),
    ("wavelength_m", "f8"),
    ("horizontal", "i8"),  # 1: horizontal polarisation
    ("point_gain", "f8"),  # of a look that points over one that sweeps past, both ways
    ("scan_loss", "f8"),  # exponent of the cosine off boresight, both ways
    ("improvement", "f8"),  # what Doppler processing takes off surface clutter, linear
    ("notch_mps", "f8"),
    ("sea_sigma_m", "f8"),  # rms height of the sea's surface
    ("mirror_sine", "f8"),  # of the elevation above which the sea is too rough to mirror anything
    ("jam_constant_m2pw", "f8"),  # jam-to-noise = constant * (ERP / bandwidth) * relative gain / range^2
    ("log_pfa", "f8"),
    ("instrumented_range_m", "f8"),
    ("range_min_m", "f8"),
    ("interrogator_range_m", "f8"),
    ("interrogator_beam_rad", "f8"),
    ("interrogator_modes", "i8"),  # bit mask of Mode
    ("sector_half_rad", "f8"),
    ("sector_half_cos", "f8"),
    ("elevation_min_sin", "f8"),
    ("elevation_max_sin", "f8"),
    ("beam_azimuth_rad", "f8"),
    ("beam_azimuth_cos", "f8"),
    ("beam_elevation_rad", "f8"),
    ("range_resolution_m", "f8"),
    ("range_floor_m", "f8"),
    ("azimuth_floor_rad", "f8"),
    ("elevation_floor_rad", "f8"),
    ("sidelobe_gain", "f8"),  # of jamming, relative to the main lobe, cancellers included, linear
    ("false_plots_per_look", "f8"),
    ("log_false_density", "f8"),  # of a look, for the tracker: of false plots a m3, a m2 without height finding
    ("detection", "f8"),  # chance of a look that the tracker counts with
    ("false_plots_strobe", "f8"),  # more along each jam strobe of a look
    ("slew_rate_radps", "f8"),
    ("azimuth_bias_rad", "f8"),  # a fault: north misalignment
    ("range_bias_m", "f8"),  # a fault
)
# one survey of what surrounds an antenna; its cells run azimuth by azimuth, from the antenna outwards
HORIZON = record(
    ("first_cell", "i8"), ("azimuths", "i8"), ("ranges", "i8"), ("range_step_m", "f8"), ("antenna_m", "f8"),
)  # fmt: skip
CELL = record(
    ("lowest_m", "f4"),  # least height above the sea that is in sight
    ("ground_m", "f4"),  # 0 is sea
    ("clutter", "f4"),  # left by the Doppler filter, over the noise, of one pulse of a search look
)
CHANCE = record(("chance", "f4"))  # of detection; cells of look SNR in dB (physics/detection.py)
AIR = record(("share", "f4"))  # of the power that comes back through air and rain (physics/attenuation.py)
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
    ("ground_m", "f8"),  # height at which what is integrated comes down; that of the aim where it falls freely
    ("damage", "f8"),
    ("cep_m", "f8"),
    ("vulnerability", "f8"),
    ("transponder", "i8"),  # that answers, or -1
    ("plan", "i8"),
)
TRANSPONDER = record(
    ("target", "i8"),
    ("name_hash", "u4"),  # of the target
    ("modes", "i8"),  # bit mask of Mode
    ("code", "i8"),  # mode 3/A, the four octal digits as a number
    ("code_1", "i8"),  # -1 none
    ("code_2", "i8"),
    ("address", "i8"),  # mode S
    ("reply_probability", "f8"),
    ("altitude_fault_m", "f8"),  # added to the height that modes C and S give
    ("mode_4_expired", "i8"),  # 1: answers mode 4 with a key that is no longer valid
)
RECEIVER = record(
    ("name_hash", "u4"),
    ("side", "i8"),
    ("post", "i8"),
    ("platform", "i8"),
    ("period_tick", "i8"),
    ("frequency_min_hz", "f8"),
    ("frequency_max_hz", "f8"),
    ("gain", "f8"),  # linear
    ("sensitivity_w", "f8"),
    ("azimuth_sigma_rad", "f8"),
    ("height_m", "f8"),  # antenna above the sea
    ("mast_m", "f8"),  # antenna above its platform
    ("first_horizon", "i8"),
    ("horizon_count", "i8"),
    ("horizon_tick", "i8"),
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
    ("likelihood_log", "f8", (len(EvidenceKind), EVIDENCE_LEVELS, 3)),
    ("threshold_hostile", "f8"),
    ("threshold_suspect", "f8"),
    ("threshold_friend", "f8"),
    ("threshold_neutral", "f8"),
    ("corridor_half_m", "f8"),
    ("plan_tolerance_tick", "i8"),
    ("pop_up_range_m", "f8"),  # what is first seen nearer than this to a radar of the post came out of nowhere
    ("height_tolerance_m", "f8"),  # between what a transponder tells and what is measured
    ("release_range_m", "f8"),  # what begins so near another track came off it
    ("mode", "i8"),  # CrewMode
    ("crew_tracks", "i8"),  # that are decided or engaged at once
    ("decision_tick", "i8", (3,)),  # low, middle, high of the time in which a crew decides on a track
    ("approval_tick", "i8", (3,)),  # and consents to a launch
    ("allocation", "i8"),  # Allocation
    ("pattern", "i8", (GROUPS,)),  # ShotPattern
    ("salvo_rounds", "i8", (GROUPS,)),
    ("salvo_interval_tick", "i8", (GROUPS,)),  # least time between its rounds
    ("salvos_max", "i8", (GROUPS,)),  # at one track
    ("last_chance_rounds", "i8", (GROUPS,)),  # where there is no time to look and shoot again
    ("engagements_max", "i8", (GROUPS,)),  # at once of one track
    ("reserve_share", "f8", (GROUPS,)),  # of the rounds on a full unit's rails, that is kept from this class
    ("group_weight", "f8", (GROUPS,)),
    ("self_defence", "i8"),  # 1: a unit may fire at what attacks itself whatever the control status
    ("self_defence_tick", "i8"),  # how long before arrival an attack on itself counts as one
    ("self_defence_m", "f8"),  # and how near it must pass
    ("shut_down", "i8"),  # 1: a radar falls silent before an anti-radiation missile
    ("shut_down_tick", "i8"),  # so long before its arrival
    ("silence_tick", "i8"),  # and for how long at least
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
    ("confirm_score", "f8"),
    ("gate2", "f8", (5,)),  # squared distance of the gate by the dimensions of a plot
)
ZONE = record(
    ("kind", "i8"),  # ZoneKind
    ("post", "i8"),  # that it is a rule for, -1 all
    ("first_corner", "i8"),
    ("corner_count", "i8"),
    ("floor_m", "f8"),
    ("ceiling_m", "f8"),
    ("grounded", "i8"),  # 1: it reaches down to the ground, and has no floor
    ("from_tick", "i8"),
    ("until_tick", "i8"),
    ("control", "i8"),  # ControlStatus inside, -1 none of its own
    ("origin", "i8"),  # OriginEvidence of what is first seen inside, -1 none
)
ZONE_CORNER = record(vector("pos_enu_m"))
NOTICE = record(  # an announced flight, as a post learns of it
    ("from_side", "i8"),
    ("to_post", "i8"),
    ("code", "i8"),  # mode 3/A, -1 none told
    ("plan", "i8"),  # its announced route, -1 none told
    ("due_tick", "i8"),
    ("until_tick", "i8"),
)
AIRPORT = record(vector("pos_enu_m"))
MISSILE = record(
    ("name_hash", "u4"),
    ("guidance", "i8"),  # Guidance
    ("launch_mass_kg", "f8"),
    ("split_mass_kg", "f8"),  # at half the burn, after what is dropped then
    ("burnout_mass_kg", "f8"),
    ("first_flow_kgps", "f8"),  # in the first half of the burn
    ("first_thrust_n", "f8"),
    ("second_flow_kgps", "f8"),
    ("second_thrust_n", "f8"),
    ("area_m2", "f8"),
    ("drag_scale", "f8"),
    ("induced_drag", "f8"),
    ("load_factor_max_mps2", "f8"),
    ("lag_s", "f8"),
    ("eject_speed_mps", "f8"),
    ("ignition_s", "f8"),
    ("split_s", "f8"),
    ("burnout_s", "f8"),
    ("handover_m", "f8"),
    ("navigation_constant", "f8"),
    ("seeker_noise_rad", "f8"),
    ("life_s", "f8"),
    ("lethal_radius_m", "f8"),
    ("fuze_range_m", "f8"),  # miss distance beyond which nothing bursts
    ("reliability_launch", "f8"),
    ("reliability_guidance", "f8"),
    ("reliability_fuze", "f8"),
    ("common_cause", "f8"),  # share of salvos whose rounds have one fate
    ("kill_low", "f8", (GROUPS,)),  # the published spread; what stands in a run is in LETHALITY
    ("kill", "f8", (GROUPS,)),
    ("kill_high", "f8", (GROUPS,)),
    ("range_min_m", "f8"),  # outside these the run does not use it: published limits, or none
    ("range_max_m", "f8"),
    ("height_min_m", "f8"),
    ("height_max_m", "f8"),
    ("target_speed_max_mps", "f8"),
    ("first_cell", "i8", (GROUPS,)),  # of its envelope table against a group
    ("radial_mps", "f8", (GROUPS,)),  # speed of the target in that table's courses away and towards
    ("range_cells", "i8"),
    ("height_cells", "i8"),
    ("range_step_m", "f8"),  # column i of a table stands at i^2 steps, row j at j^2: what is near and low lies close
    ("height_step_m", "f8"),
)
# row: (course * height cells + height cell) * range cells + range cell
ENVELOPE = record(
    ("flight_s", "f8"),  # 0 where nothing arrived
    ("speed_mps", "f8"),
    ("load_mps2", "f8"),
    ("miss_m", "f8"),
    ("margin", "f8"),  # by how much the tightest condition is met; out of reach below 0
    ("loft_slope", "f8"),
)
