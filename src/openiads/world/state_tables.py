"""State: the tables that change; entities, pictures, decisions and work space. Conventions: tables.py."""

from __future__ import annotations

from typing import Final

from openiads.enums import EvidenceKind, MotionModel, TargetGroup
from openiads.world.dtypes import record, vector

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
    ("mode", "i8"),  # CrewMode
    ("attended", "i8"),  # 1: a person sits there, whose consent is waited for
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
    ("frame_tick", "i8"),  # a turn, or a frame of its sector as its channels let it be by now
    ("boresight_rad", "f8"),  # where it is turned to by its own north
    ("boresight_sin", "f8"),  # of where it truly points
    ("boresight_cos", "f8"),
    ("wanted_boresight_rad", "f8"),
    ("north_error_rad", "f8"),  # a fault: added, clockwise, to every azimuth that it tells
    ("slew_tick", "i8"),  # when the boresight was last moved
    ("silent_until_tick", "i8"),  # a radar that is shut down on purpose radiates again from then on
    ("height_m", "f8"),  # antenna above the sea
    ("horizon", "i8"),  # row of the survey made nearest to where it is
    ("density_wphz", "f8"),  # jammer: effective radiated power density
    ("erp_w", "f8"),  # effective radiated power that a passive receiver hears
    ("frequency_hz", "f8"),  # 0: in every band
    vector("pos_ecef_m"),
    vector("pos_enu_m"),
    ("axes_enu", "f8", (3, 3)),  # columns: the antenna's own east, north, up in the scenario's frame
    ("event", "i8"),  # that switched it off or on last; of no meaning before
)
BEACON = record(  # beside TRANSPONDER: where it is, brought up to date when radars look
    ("on", "i8"),
    ("height_m", "f8"),  # above the sea
    vector("pos_enu_m"),
)
LISTENER = record(("next_look_tick", "i8"))  # beside RECEIVER
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
    ("heard_tick", "i8"),  # when what homes on a radar heard it last, -1 never
    vector("heard_ecef_m"),  # and where
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
READINESS = record(  # row by row beside UNIT
    ("control", "i8"),  # ControlStatus of its own, -1 that of its post
)
CHANNEL = record(
    ("unit", "i8"),
    ("ordinal", "i8"),  # of its unit's channels
    ("radar", "i8"),
    ("launcher", "i8"),  # owner of the illuminator where the launcher carries it, or -1
    ("engagement", "i8"),
    ("rounds_flying", "i8"),
    ("next_look_tick", "i8"),
    ("fresh", "i8"),  # 1: a new cue; the beam lets go of what it was on
    ("hits", "i8"),  # plots of the cued track since designation
    ("last_hit_tick", "i8"),  # of the last plot that the cued track took
    ("lock_tick", "i8"),  # when the beam came to rest on its object
    ("busy_from_tick", "i8"),
    ("busy_ticks", "i8"),
)
LETHALITY = record(("kill", "f8", (len(TargetGroup),)))  # beside MISSILE: the kill figures of this run
LOCK = record(("target", "i8"))  # beside CHANNEL; the object the beam rests on: sensing alone may know
TRACK = record(  # what the coarse gate reads stands first, side by side
    ("state", "i8"),  # TrackState
    ("post", "i8"),
    ("tick", "i8"),
    ("plot_tick", "i8"),  # of the last plot
    ("bearing_tick", "i8"),  # of the last plot or strobe
    vector("pos_enu_m"),
    vector("vel_enu_mps"),
    ("pos_sigma_m", "f8"),  # root of the mean variance of an axis
    ("vel_sigma_mps", "f8"),
    ("height_sigma_m", "f8"),
    ("score", "f8"),  # log of how much likelier its plots are as one object's than as false ones
    ("number", "i8"),
    ("first_tick", "i8"),
    ("scan_tick", "i8"),  # revisit: the frame of the radar that sees it, the shortest of several
    ("slow_tick", "i8"),  # and the longest of those that had a plot lately
    ("slow_plot_tick", "i8"),  # last plot of that one
    ("search_tick", "i8"),  # of the last plot of a search look
    ("search_radar", "i8"),  # and whose
    ("hits", "i8"),
    ("radar", "i8"),  # of the last plot
    ("rival", "i8"),  # row of the track that took a plot which this one would have taken, -1 for none
    ("rival_number", "i8"),
    ("rival_tick", "i8"),  # since when it may be the same object's
    ("confirmed_event", "i8"),
)
MODELS: Final = len(MotionModel)
BANK = record(  # beside TRACK, and one row to work in; the last slot of a state is the mixture's
    ("weight", "f8", (MODELS,)),
    ("runs", "i8", (MODELS,)),  # 0: no state of its own, its weight waits
    ("nis", "f8", (MODELS,)),  # of the plot that is being taken
    ("drift", "f8", (3,)),  # whitened innovations of the last seconds, summed: side, line, rise
    ("unrest", "f8"),  # share of the last minutes in which it did not fly straight
    ("bundled", "i8"),  # plots of one channel that wait to be taken as one, and their sums
    ("bundle_radar", "i8"),
    ("bundle_since_tick", "i8"),  # the last plot before them
    ("bundle_taken_tick", "i8"),  # the last plot or strobe before them
    ("bundle_first_tick", "i8"),
    ("bundle_ticks", "i8"),  # after the first
    ("bundle_place_m", "f8", (3,)),
    ("bundle_line", "f8", (3,)),  # axes of the first
    ("bundle_side", "f8", (3,)),
    ("bundle_m2", "f8", (3,)),  # variances along the line, aside, upwards
    ("bundle_dimensions", "i8"),
    ("pos_m", "f8", (MODELS + 1, 3)),
    ("vel_mps", "f8", (MODELS + 1, 3)),
    ("pp", "f8", (MODELS + 1, 3, 3)),  # covariance: position, m2
    ("pv", "f8", (MODELS + 1, 3, 3)),  # position and velocity, m2/s
    ("vv", "f8", (MODELS + 1, 3, 3)),  # velocity, m2/s2
)
IDENTITY = record(  # beside TRACK
    ("number", "i8"),  # of the track this row was made for
    ("identity", "i8"),
    ("probability", "f8", (3,)),
    ("level", "i8", (len(EvidenceKind),)),  # what each kind of evidence says by now
    ("asked", "i8"),  # interrogations
    ("replied", "i8"),
    ("code", "i8"),
    ("told_height_m", "f8"),  # by its transponder, not-a-number before it has told any
    ("plan", "i8"),
    ("ordered", "i8"),  # 1: an operator's word stands
    ("weighed", "i8"),  # 1: the probabilities stand for the evidence as it is
    ("event", "i8"),
    ("last_level", "i8", (len(EvidenceKind),)),  # what each kind said when the identity last changed
    ("told_wrong", "i8"),  # times in a row that the told height was not the measured one
    ("placed", "i8"),  # 1: its origin stands
    ("parent", "i8"),  # row of the track beside which it began, -1 none
    ("parent_number", "i8"),
    ("jam_looks", "i8"),  # jam strobes that lay along it one after the other
    ("jam_tick", "i8"),  # the last of them
    vector("jam_along"),  # the first one's bearing
)
RANKING = record(  # beside TRACK
    ("number", "i8"),
    ("asset", "i8"),
    ("group", "i8"),  # TargetGroup guessed from kinematics
    ("threat", "f8"),  # product of the five that follow
    ("value_share", "f8"),  # of the asset, over the highest value defended
    ("hostile", "f8"),  # probability
    ("weight", "f8"),  # of the class
    ("urgency", "f8"),  # by the time to the asset
    ("nearness", "f8"),  # by the closest approach
    ("time_to_asset_s", "f8"),
    ("closest_m", "f8"),
    ("time_to_impact_s", "f8"),  # of what is taken to fall; -1 of all else
    vector("impact_enu_m"),
    ("impact_sigma_major_m", "f8"),  # axes of its covariance on the ground
    ("impact_sigma_minor_m", "f8"),
    ("impact_azimuth_rad", "f8"),  # of the major axis, from the frame's north
    ("impact_chance", "f8"),  # that it falls within reach of the likeliest defended asset
    ("impact_nearness", "f8"),  # that chance over the one it would have if aimed there
    ("cause", "i8"),  # the last logged cause of not engaging
    ("engagements", "i8"),  # open ones on it
    ("taken_up", "i8"),  # 1: the crew has it in hand
    ("decide_tick", "i8"),  # when they will have decided, NEVER before they take it up
    ("approved", "i8"),  # 1: a person has approved it
    ("salvos", "i8"),  # fired at it
    ("ceased", "i8"),  # 1: a person ordered that it is not to be engaged
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
    ("last_launch_tick", "i8"),  # end of the launch window
    ("salvo_interval_tick", "i8"),  # least time between its rounds
    ("approve_tick", "i8"),  # when the crew consents to the launch
    ("self_defence", "i8"),  # 1: fired as the unit's own defence
    ("loft_slope", "f8"),  # of the flight to that point
    ("salvo_start", "i8"),  # rounds fired before the present salvo
    ("salvo_hash", "u4"),  # name of its first round
    ("cause", "i8"),
    ("event", "i8"),  # the last event of its life, cause of the next
    ("hidden", "i8"),  # 1: its radar would not see its track where that is by now, or was when it was dropped
)
INTERCEPTOR = record(
    ("phase", "i8"),  # InterceptorPhase
    ("name_hash", "u4"),
    ("missile", "i8"),
    ("unit", "i8"),  # that guides it
    ("launcher", "i8"),
    ("channel", "i8"),
    ("engagement", "i8"),
    ("engagement_id", "i8"),
    ("track", "i8"),
    ("track_number", "i8"),
    ("number", "i8"),
    ("launch_tick", "i8"),
    ("tick", "i8"),
    ("fate_hash", "u4"),  # whom its outcomes are drawn for: itself, or the first round of its salvo
    ("dud", "i8"),
    ("fails_tick", "i8"),  # from when on it is not guided any more, NEVER if it works
    ("blind", "i8"),  # 1 once what it homed on was gone, or nobody guided it any more
    vector("pos_enu_m"),
    vector("vel_enu_mps"),
    vector("lift_enu_mps2"),  # achieved lateral acceleration (after the autopilot's lag)
    vector("aim_enu_m"),
    ("loft_slope", "f8"),
    ("reach_m", "f8"),  # from the launcher to the point it was launched at
    ("steered_tick", "i8"),  # when it was last guided
    ("seeker_target", "i8"),  # the object the seeker is on, which may not be the track's
    ("miss_m", "f8"),
    ("miss_tick", "i8"),
    ("event", "i8"),
)
MESSAGE = record(
    ("due_tick", "i8"), ("kind", "i8"), ("from_post", "i8"), ("to_post", "i8"), ("track_number", "i8"),
    vector("pos_enu_m"), vector("vel_enu_mps"), ("done", "i8"),
)  # fmt: skip
DIRECTIVE = record(
    ("tick", "i8"), ("verb", "i8"), ("post", "i8"), ("unit", "i8"), ("track_number", "i8"), ("value", "i8"),
    ("author", "u4"), ("done", "i8"),
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
    ("debris", "i8"),
    ("directives", "i8"),
    ("messages", "i8"),
    ("plots_read", "i8"),  # plots that the tracker has taken
    ("strobes_read", "i8"),
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
LINK = record(  # a pair that may be: work space of the association, those of a row side by side
    ("column", "i8"),
    ("cost", "f8"),
    ("gain", "f8"),  # log of how much likelier the plot is with the track than as a false one
    ("nis", "f8"),  # normalised innovation squared of the plot from the track
    ("free_share", "f8"),  # how much of the likelihood takes an unforeseen manoeuvre
    ("chance", "f8"),  # kill probability of the salvo that the channel would fire at the threat
    ("row", "i8"),
    ("follow", "i8"),  # next link of the same column
    ("lesser", "i8"),  # next link of the same row by chance
)
WORK = record(  # work space of the association: what belongs to rows, to columns and to cells side by side
    ("track", "i8"),  # row: which track (or candidate) it stands for
    ("first_link", "i8"),
    ("end_link", "i8"),
    ("stand_by", "f8"),
    ("row_potential", "f8"),
    ("column_of", "i8"),
    ("channel", "i8"),  # column: which channel it stands for
    ("launcher", "i8"),  # column: which launcher would serve it
    ("column_potential", "f8"),
    ("shortest", "f8"),
    ("before", "i8"),
    ("row_of", "i8"),
    ("scanned", "i8"),
    ("touched", "i8"),
    ("claimed", "i8"),
    ("next", "i8"),  # plot in the same cell
    ("head", "i8"),  # cell: its first plot
    ("value", "f8"),  # row of an allocation: what the threat puts at stake
    ("room", "i8"),  # row: how many more channels may take it
    ("taken", "i8"),  # row: how many channels take it
    ("survive", "f8"),  # row: probability that it survives them all
    ("best_link", "i8"),
    ("best_gain", "f8"),
    ("greatest_link", "i8"),  # row: the link with the highest chance
    ("left", "f8"),  # row: value that would be left in a bound
    ("heap", "f8"),  # the greatest gains of a column, the least of them first
    ("first_pair", "i8"),  # column: its first link
    ("given", "f8"),  # column: kill probability at the row it is given to
    ("others", "f8"),  # column: probability that its row survives the other columns
    ("chosen", "i8"),  # column: the link chosen where the search stands
    ("kept", "i8"),  # column: the link of the best allocation so far
    ("before_survive", "f8"),  # column: survival of its row before it was chosen
    ("reached", "f8"),  # column: gain of all columns before it
    ("alike", "i8"),  # column: 1 where its links are those of the column before
    ("to_row", "f8"),  # row: kill probability of the column in hand
    ("to_column", "f8"),  # column: kill probability at the row in hand
)
