/* The flight of a missile (src/openiads/physics: shot, homing, flight, guidance) in plain C: what bench/flyout.py holds
 * the compiled Python against. The same equations, steps, table of air and order of operations.
 *
 *     gcc -O3 -shared -fPIC -o flyout.so flyout.c -lm
 */
#include <math.h>

#define A_M 6378137.0
#define E2 (1.0 / 298.257223563 * (2.0 - 1.0 / 298.257223563))
#define POLAR (1.0 / (1.0 - E2))
#define GM_M3PS2 3.986004418e14
#define J2 1.082629821313e-3
#define EARTH_RATE_RADPS 7.292115e-5
#define PI 3.141592653589793
#define AIR_STEP_M 100.0
#define AIR_TOP_M 86000.0
#define SPAN_S 0.1
#define COAST_SPAN_S 0.25
#define FINEST_S 0.001
#define SOONEST_S 1e-6
#define STEPS_TO_GO 4.0
#define HALVINGS 40
#define INSTANT_S 1e-9
#define LIFT_COEFFICIENT_MAX 4.0
#define TIP_OVER_RADPS 0.7
#define HOMING_AFTER_S 3.0
#define STEERING_S 1.5
#define UPRIGHT 0.99
#define SLOWEST_MPS 250.0

typedef struct { double x, y, z; } vec;
typedef struct {
    double launch_mass_kg, split_mass_kg, burnout_mass_kg, ignition_s, split_s, burnout_s, first_flow_kgps,
        first_thrust_n, second_flow_kgps, second_thrust_n, area_m2, drag_scale, induced_drag, load_factor_max_mps2,
        lag_s, eject_speed_mps, handover_m, navigation_constant, seeker_noise_rad, life_s;
} missile_t; /* in the order of MISSILE_FIELDS in bench/flyout.py */
typedef struct { vec site_m, up, point_m, target_mps; double meet_s, loft_slope; } shot_t;
typedef struct { double outcome, flight_s, speed_mps, load_mps2, miss_m, apogee_m, top_speed_mps; } arrival_t;
typedef struct { vec pos_m, vel_mps, lift_mps2; } flight_t;
typedef struct { vec vel_mps, acc_mps2, lift_mps3; } rates_t;
typedef struct { double thrust_n, flow_kgps, mass_kg; } motor_t;
typedef struct { double density_kgpm3, sound_mps; } air_t;
typedef struct {
    int phase;
    vec pos_m, vel_mps, bend_mps2, twist_mps3;
    double loft_slope, reach_m;
    vec error;
    double base_m;
} goal_t;
typedef struct { flight_t flight; int outcome; double done_s, miss_m; } homing_t;

enum { UNGUIDED, MIDCOURSE, HOMING };
enum { GIVEN_UP = -1, CLOSING, PASSED, BEHIND };

static const vec NONE = {0.0, 0.0, 0.0};

/* ---- Vectors ---------------------------------------------------------------------------------- */

static inline double least(double a, double b) { return a < b ? a : b; }
static inline double most(double a, double b) { return a > b ? a : b; }
static inline vec add(vec a, vec b) { return (vec){a.x + b.x, a.y + b.y, a.z + b.z}; }
static inline vec sub(vec a, vec b) { return (vec){a.x - b.x, a.y - b.y, a.z - b.z}; }
static inline vec scale(vec a, double s) { return (vec){a.x * s, a.y * s, a.z * s}; }
static inline vec step(vec a, vec b, double s) { return (vec){a.x + s * b.x, a.y + s * b.y, a.z + s * b.z}; }
static inline double dot(vec a, vec b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
static inline double norm(vec a) { return sqrt(dot(a, a)); }
static inline vec across(vec a, vec direction) { return step(a, direction, -dot(a, direction)); }
static inline vec unit(vec a) {
    double length = norm(a);
    return length > 0.0 ? scale(a, 1.0 / length) : a;
}

/* ---- Earth and air ---------------------------------------------------------------------------- */

static inline double inverse_root(double x) {
    return 1.0 - x * (0.5 - x * (0.375 - x * (0.3125 - x * (0.2734375 - x * 0.24609375))));
}

static inline vec normal_at(vec pos) {
    double inverse = 1.0 / most(norm(pos), 1.0), sine = pos.z * inverse;
    double level = inverse * inverse_root((POLAR * POLAR - 1.0) * sine * sine);
    return (vec){pos.x * level, pos.y * level, pos.z * POLAR * level};
}

static inline double height_of(vec pos) {
    double radius_m = norm(pos), sine = pos.z * (1.0 / most(radius_m, 1.0));
    return radius_m - A_M * inverse_root((POLAR - 1.0) * sine * sine);
}

static inline vec falling(vec pos, vec vel) {
    double inverse = 1.0 / most(norm(pos), 1.0), sine = pos.z * inverse;
    double pull = -GM_M3PS2 * inverse * inverse * inverse, flat = 1.5 * J2 * A_M * A_M * inverse * inverse;
    double polar = 5.0 * sine * sine;
    double sideways = pull * (1.0 + flat * (1.0 - polar)), along = pull * (1.0 + flat * (3.0 - polar));
    double outwards = EARTH_RATE_RADPS * EARTH_RATE_RADPS, aside = 2.0 * EARTH_RATE_RADPS;
    return (vec){
        sideways * pos.x + outwards * pos.x + aside * vel.y, sideways * pos.y + outwards * pos.y - aside * vel.x,
        along * pos.z};
}

static inline air_t air_at(const air_t *air, long lines_held, double height_m) {
    double lines = least(most(height_m, 0.0), AIR_TOP_M) / AIR_STEP_M;
    long n = (long)lines < lines_held - 2 ? (long)lines : lines_held - 2;
    double share = lines - n;
    double density = air[n].density_kgpm3 + share * (air[n + 1].density_kgpm3 - air[n].density_kgpm3);
    double sound_mps = air[n].sound_mps + share * (air[n + 1].sound_mps - air[n].sound_mps);
    return (air_t){height_m < AIR_TOP_M ? density : 0.0, sound_mps};
}

/* ---- Guidance --------------------------------------------------------------------------------- */

static inline vec place_of(const goal_t *goal, double since_s) {
    vec inner = step(goal->bend_mps2, goal->twist_mps3, since_s);
    return step(goal->pos_m, step(goal->vel_mps, inner, since_s), since_s);
}

static inline vec speed_of(const goal_t *goal, double since_s) {
    vec inner = step(scale(goal->bend_mps2, 2.0), goal->twist_mps3, 3.0 * since_s);
    return step(goal->vel_mps, inner, since_s);
}

static inline vec wished_direction(vec pos, vec up, const goal_t *goal) {
    vec to_goal_m = sub(goal->pos_m, pos);
    double range_m = norm(to_goal_m);
    vec line = scale(to_goal_m, 1.0 / most(range_m, 1.0));
    double steep = dot(line, up), raised = least(range_m, goal->reach_m) * (goal->loft_slope / goal->reach_m);
    if (fabs(steep) > UPRIGHT || raised == 0.0) return line;
    double level2 = 1.0 - steep * steep, longer = 1.0 / sqrt(level2 * (1.0 + raised * raised));
    return scale(step(scale(line, sqrt(level2) - raised * steep), up, raised), longer);
}

static inline vec tipped(const missile_t *missile, vec up, vec wished, double age_s) {
    double turned = TIP_OVER_RADPS * (age_s - missile->ignition_s);
    if (turned >= PI || dot(up, wished) >= cos(turned)) return wished;
    return step(scale(up, cos(turned)), unit(across(wished, up)), sin(turned));
}

static inline vec homing_demand(const missile_t *missile, const flight_t *flight, const goal_t *goal, double since_s) {
    vec seen_m = sub(place_of(goal, since_s), flight->pos_m);
    double range_m = norm(seen_m), sigma_m = missile->seeker_noise_rad * range_m + goal->base_m;
    vec relative_m = step(seen_m, across(goal->error, scale(seen_m, 1.0 / most(range_m, 1e-3))), sigma_m);
    vec relative_mps = sub(speed_of(goal, since_s), flight->vel_mps);
    double to_go_s = -dot(relative_m, relative_mps) / most(dot(relative_mps, relative_mps), 1.0);
    double finite_s = most(to_go_s, 1e-3);
    return scale(step(relative_m, relative_mps, to_go_s), missile->navigation_constant / (finite_s * finite_s));
}

/* ---- Flight ----------------------------------------------------------------------------------- */

static inline motor_t motor_at(const missile_t *m, double age_s) {
    double now_s = age_s + INSTANT_S;
    if (now_s < m->ignition_s) return (motor_t){0.0, 0.0, m->launch_mass_kg};
    if (now_s < m->split_s)
        return (motor_t){
            m->first_thrust_n, m->first_flow_kgps,
            m->launch_mass_kg - m->first_flow_kgps * (age_s - m->ignition_s)};
    if (now_s < m->burnout_s)
        return (motor_t){
            m->second_thrust_n, m->second_flow_kgps, m->split_mass_kg - m->second_flow_kgps * (age_s - m->split_s)};
    return (motor_t){0.0, 0.0, m->burnout_mass_kg};
}

static inline double until_change(const missile_t *m, double age_s) {
    double now_s = age_s + INSTANT_S;
    if (now_s < m->ignition_s) return m->ignition_s - age_s;
    if (now_s < m->split_s) return m->split_s - age_s;
    return now_s < m->burnout_s ? m->burnout_s - age_s : 1e9;
}

static inline double drag_coefficient(double mach) {
    if (mach < 0.8) return 0.3;
    if (mach < 1.1) return 0.3 + (mach - 0.8) * (0.25 / 0.3);
    if (mach < 2.25) return 0.55 - (mach - 1.1) * (0.15 / 1.15);
    if (mach < 5.0) return 0.40 - (mach - 2.25) * (0.15 / 2.75);
    return 0.25;
}

static inline double load_available(const missile_t *missile, double pressure_mps2) {
    return least(missile->load_factor_max_mps2, LIFT_COEFFICIENT_MAX * pressure_mps2);
}

static inline vec within(vec vector, double limit) {
    double size2 = dot(vector, vector);
    return size2 > limit * limit ? scale(vector, limit / sqrt(size2)) : vector;
}

static inline rates_t rates(
    const missile_t *missile, const air_t *table, long lines_held, const motor_t *motor, const flight_t *flight,
    const goal_t *goal, double age_s, double since_s) {
    air_t air = air_at(table, lines_held, height_of(flight->pos_m));
    double speed2 = most(dot(flight->vel_mps, flight->vel_mps), 1e-18), speed_mps = sqrt(speed2);
    vec heading = scale(flight->vel_mps, 1.0 / speed_mps);
    vec weight = falling(flight->pos_m, flight->vel_mps);
    double per_kg = 1.0 / motor->mass_kg;
    double pressure_mps2 = 0.5 * missile->area_m2 * per_kg * air.density_kgpm3 * speed2;
    vec axis = heading, wanted = NONE;
    if (goal->phase == HOMING) {
        wanted = sub(homing_demand(missile, flight, goal, since_s), weight);
    } else {
        vec up = normal_at(flight->pos_m), wished = wished_direction(flight->pos_m, up, goal);
        if (motor->thrust_n > 0.0) axis = tipped(missile, up, wished, age_s);
        if (goal->phase == MIDCOURSE) wanted = sub(scale(wished, speed_mps * (1.0 / STEERING_S)), weight);
    }
    wanted = within(across(wanted, heading), load_available(missile, pressure_mps2));
    int lagged = missile->lag_s > 0.0;
    vec lift = lagged ? across(flight->lift_mps2, heading) : wanted;
    vec turning = scale(sub(wanted, flight->lift_mps2), lagged ? 1.0 / missile->lag_s : 0.0);
    double induced = missile->induced_drag / most(pressure_mps2, 1e-3);
    double mach = speed_mps * (1.0 / air.sound_mps);
    double slowing_mps2 =
        pressure_mps2 * missile->drag_scale * drag_coefficient(mach) + induced * dot(lift, lift);
    vec pushed = step(add(weight, lift), axis, motor->thrust_n * per_kg);
    return (rates_t){flight->vel_mps, step(pushed, heading, -slowing_mps2), turning};
}

static inline flight_t advanced(const flight_t *flight, const rates_t *slope, double span_s) {
    return (flight_t){
        step(flight->pos_m, slope->vel_mps, span_s), step(flight->vel_mps, slope->acc_mps2, span_s),
        step(flight->lift_mps2, slope->lift_mps3, span_s)};
}

static inline flight_t flown(
    const missile_t *missile, const air_t *table, long lines_held, flight_t flight, const goal_t *goal, double age_s,
    double since_s, double span_s) {
    static const double stages[4] = {0.0, 0.5, 0.5, 1.0};
    static const double weights[4] = {1.0 / 6.0, 1.0 / 3.0, 1.0 / 3.0, 1.0 / 6.0};
    motor_t motor = motor_at(missile, age_s);
    rates_t slope = {NONE, NONE, NONE};
    flight_t end = flight;
    for (int n = 0; n < 4; n++) {
        double part_s = stages[n] * span_s;
        motor_t now = {motor.thrust_n, motor.flow_kgps, motor.mass_kg - motor.flow_kgps * part_s};
        flight_t there = advanced(&flight, &slope, part_s);
        slope = rates(missile, table, lines_held, &now, &there, goal, age_s + part_s, since_s + part_s);
        end = advanced(&end, &slope, weights[n] * span_s);
    }
    return end;
}

static inline flight_t cruised(
    const missile_t *missile, const air_t *table, long lines_held, flight_t flight, const goal_t *goal, double age_s,
    double span_s) {
    double done_s = 0.0;
    while (span_s - done_s > INSTANT_S) {
        double part_s = least(span_s - done_s, until_change(missile, age_s + done_s));
        flight = flown(missile, table, lines_held, flight, goal, age_s + done_s, done_s, part_s);
        done_s += part_s;
    }
    return flight;
}

/* ---- Homing ----------------------------------------------------------------------------------- */

static inline double stride(double to_go_s, double coarsest_s) {
    double span_s = coarsest_s;
    while (span_s * STEPS_TO_GO > to_go_s && span_s > FINEST_S) span_s *= 0.5;
    return span_s;
}

static inline vec apart(vec start_m, vec start_mps, vec end_m, vec end_mps, double span_s, double share) {
    double rest = 1.0 - share;
    vec ends = add(
        scale(start_m, rest * rest * (1.0 + 2.0 * share)), scale(end_m, share * share * (1.0 + 2.0 * rest)));
    return step(ends, sub(scale(start_mps, rest * rest * share), scale(end_mps, share * share * rest)), span_s);
}

static double closest_share(vec start_m, vec start_mps, vec end_m, vec end_mps, double span_s) {
    double low = 0.0, high = 1.0;
    for (int n = 0; n < HALVINGS; n++) {
        double middle = 0.5 * (low + high);
        vec here = apart(start_m, start_mps, end_m, end_mps, span_s, middle);
        vec ahead = apart(start_m, start_mps, end_m, end_mps, span_s, middle + 1e-6);
        if (dot(ahead, ahead) < dot(here, here)) low = middle; else high = middle;
    }
    return 0.5 * (low + high);
}

static inline homing_t homed(
    const missile_t *missile, const air_t *table, long lines_held, flight_t flight, const goal_t *goal, double age_s,
    double span_s, double coarsest_s) {
    double done_s = 0.0;
    vec relative_m = sub(place_of(goal, 0.0), flight.pos_m), relative_mps = sub(speed_of(goal, 0.0), flight.vel_mps);
    if (dot(relative_m, relative_mps) >= 0.0) return (homing_t){flight, BEHIND, 0.0, norm(relative_m)};
    while (span_s - done_s > INSTANT_S) {
        double to_go_s = -dot(relative_m, relative_mps) / most(dot(relative_mps, relative_mps), 1e-9);
        double part_s = least(stride(to_go_s, coarsest_s), span_s - done_s);
        part_s = least(part_s, until_change(missile, age_s + done_s));
        flight_t after = flown(missile, table, lines_held, flight, goal, age_s + done_s, done_s, part_s);
        vec after_m = sub(place_of(goal, done_s + part_s), after.pos_m);
        vec after_mps = sub(speed_of(goal, done_s + part_s), after.vel_mps);
        if (dot(after_m, after_mps) >= 0.0) {
            double share = closest_share(relative_m, relative_mps, after_m, after_mps, part_s);
            vec miss = apart(relative_m, relative_mps, after_m, after_mps, part_s, share);
            flight_t met = {
                sub(place_of(goal, done_s + share * part_s), miss),
                add(scale(flight.vel_mps, 1.0 - share), scale(after.vel_mps, share)), after.lift_mps2};
            return (homing_t){met, PASSED, done_s + share * part_s, norm(miss)};
        }
        flight = after, relative_m = after_m, relative_mps = after_mps;
        done_s += part_s;
    }
    return (homing_t){flight, CLOSING, span_s, 0.0};
}

/* ---- A whole shot ----------------------------------------------------------------------------- */

static inline double until_handover(
    const missile_t *missile, const shot_t *shot, const flight_t *flight, double age_s) {
    vec to_point_m = sub(shot->point_m, flight->pos_m);
    double left_m = norm(to_point_m), closing_mps = dot(to_point_m, flight->vel_mps) / most(left_m, 1.0);
    double too_early_s = missile->ignition_s + HOMING_AFTER_S - age_s;
    return most(too_early_s, (left_m - missile->handover_m) / most(closing_mps, 1.0));
}

static arrival_t fly_shot(const missile_t *missile, const air_t *table, long lines_held, const shot_t *shot) {
    flight_t flight = {shot->site_m, scale(shot->up, missile->eject_speed_mps), NONE};
    double reach_m = norm(sub(shot->point_m, shot->site_m));
    goal_t aim = {MIDCOURSE, shot->point_m, NONE, NONE, NONE, shot->loft_slope, reach_m, NONE, 0.0};
    double age_s = 0.0, apogee_m = 0.0, top_mps = 0.0, miss_m = reach_m;
    int outcome = CLOSING;
    while (outcome == CLOSING) {
        double span_s = age_s < missile->burnout_s ? SPAN_S : COAST_SPAN_S;
        double wait_s = until_handover(missile, shot, &flight, age_s);
        if (wait_s > 0.0) {
            span_s = least(span_s, most(wait_s, SOONEST_S));
            flight = cruised(missile, table, lines_held, flight, &aim, age_s, span_s);
            age_s += span_s;
            miss_m = least(miss_m, norm(sub(shot->point_m, flight.pos_m)));
        } else {
            vec there_m = step(shot->point_m, shot->target_mps, age_s - shot->meet_s);
            goal_t target = {HOMING, there_m, shot->target_mps, NONE, NONE, 0.0, 1.0, NONE, 0.0};
            homing_t met = homed(missile, table, lines_held, flight, &target, age_s, span_s, span_s);
            flight = met.flight, outcome = met.outcome, miss_m = met.miss_m;
            age_s += met.done_s;
        }
        double height_m = height_of(flight.pos_m), speed_mps = norm(flight.vel_mps);
        apogee_m = most(apogee_m, height_m), top_mps = most(top_mps, speed_mps);
        int slow = age_s > missile->burnout_s && speed_mps < SLOWEST_MPS;
        int buried = age_s > missile->ignition_s && height_m < 0.0;
        if (outcome == CLOSING && (slow || buried || age_s > missile->life_s)) outcome = GIVEN_UP;
    }
    double speed_mps = norm(flight.vel_mps);
    double force_n = 0.5 * air_at(table, lines_held, height_of(flight.pos_m)).density_kgpm3 * speed_mps * speed_mps *
                     missile->area_m2;
    double load_mps2 = load_available(missile, force_n / motor_at(missile, age_s).mass_kg);
    return (arrival_t){outcome, age_s, speed_mps, load_mps2, miss_m, apogee_m, top_mps};
}

/* Fly a shot many times, each with a loft a hair higher, so that none can be left out; the first arrival is kept. */
double flights(
    const missile_t *missile, const air_t *table, long lines_held, const shot_t *shot, long times, arrival_t *first) {
    double sum_s = 0.0;
    for (long n = 0; n < times; n++) {
        shot_t next = *shot;
        next.loft_slope += n * 1e-9;
        arrival_t arrival = fly_shot(missile, table, lines_held, &next);
        if (n == 0) *first = arrival;
        sum_s += arrival.flight_s;
    }
    return sum_s;
}
