/* The missile's flight of src/openiads/physics/{shot,flight,guidance,homing}.py as plain C: what bench/flyout.py holds
 * the compiled Python against. Same equations, same steps, same table of air, same order of operations.
 *
 *     gcc -O3 -ffp-contract=off -shared -fPIC -o flyout.so flyout.c -lm
 */
#include <math.h>

typedef struct { double x, y, z; } vec;

/* In the order in which bench/flyout.py writes them. */
typedef struct {
    double launch_mass_kg, split_mass_kg, burnout_mass_kg, ignition_s, split_s, burnout_s, first_flow_kgps,
        first_thrust_n, second_flow_kgps, second_thrust_n, area_m2, drag_scale, induced_drag, load_factor_max_mps2,
        lag_s, eject_speed_mps, handover_m, navigation_constant, seeker_noise_rad, life_s;
} missile_t;
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

static const double A_M = 6378137.0, FLATTENING = 1.0 / 298.257223563, J2 = 1.08262982e-3, GM = 3.986004418e14;
static const double EARTH_RATE = 7.292115e-5, E2 = FLATTENING_E2;
