//! How much of a market few hold (U.S. Department of Justice and Federal Trade Commission, Merger
//! Guidelines, 2023: above 1,800 points it is highly concentrated).

/// How concentrated some amounts are.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Concentration {
    /// Herfindahl-Hirschman index: the sum of squared shares in percent, 0 to 10,000 points.
    pub hhi: f64,
    /// The same from 0, all equal, to 1, one alone; nothing where there is one alone.
    pub normalised: Option<f64>,
    /// As many equal shares would give the same index.
    pub effective_number: f64,
    /// The greatest share, in percent.
    pub cr1: f64,
    /// The four greatest together, in percent.
    pub cr4: f64,
    /// By how much the index rises if the two greatest become one.
    pub merge_largest_two_delta: Option<f64>,
}

impl Concentration {
    /// Of amounts of any unit; nothing where all are zero.
    pub fn of(amounts: &[f64]) -> Option<Self> {
        let sum: f64 = amounts.iter().sum();
        if sum <= 0.0 {
            return None;
        }
        let hhi: f64 = amounts.iter().map(|it| (it / sum * 100.0) * (it / sum * 100.0)).sum();
        let mut shares: Vec<f64> = amounts.iter().map(|it| it / sum * 100.0).collect();
        shares.sort_by(|a, b| b.total_cmp(a));
        let even = 1.0 / amounts.len() as f64;
        let several = amounts.len() > 1;
        Some(Self {
            hhi,
            normalised: several.then(|| (hhi / 1e4 - even) / (1.0 - even)),
            effective_number: 1e4 / hhi,
            cr1: shares[0],
            cr4: shares.iter().take(4).sum(),
            merge_largest_two_delta: several.then(|| 2.0 * shares[0] * shares[1]),
        })
    }
}
