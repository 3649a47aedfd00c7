//! What a site can draw, and what the meter reads for it.

use crate::scenario::{Fleet, Site};
use crate::units::{Exact, to_f64};

/// How many GPUs of a fleet a limit at the meter carries, at full load on the hottest day.
///
/// `limit >= GPUs x watts x peak PUE`; power usage effectiveness is facility over IT energy
/// (ISO/IEC 30134-2:2016). Racks over the limit stay dark: a meter must never trip.
pub fn carried(site: &Site, watts_left: f64, fleet: &Fleet) -> i64 {
    let per_gpu = fleet.watts_full * to_f64(site.pue_peak);
    if per_gpu <= 0.0 {
        return i64::MAX;
    }
    (watts_left / per_gpu) as i64
}

/// What the meter draws for some GPUs at full load on the hottest day, in watts.
pub fn drawn_at_peak(site: &Site, fleet: &Fleet, gpus: i64) -> f64 {
    gpus as f64 * fleet.watts_full * to_f64(site.pue_peak)
}

/// Energy of cooling and losses on top of some IT energy, in millijoules: `IT x (PUE - 1)`,
/// rounded half up.
pub fn overhead(pue: Exact, it_millijoules: i128) -> i128 {
    crate::units::Share(pue - Exact::from_integer(1)).of(it_millijoules)
}

/// What the meter reads on the hottest day for some IT power, in watts.
pub fn at_peak(site: &Site, it_watts: i64) -> f64 {
    it_watts as f64 * to_f64(site.pue_peak)
}
