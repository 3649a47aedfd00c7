//! How long does the cash last?

/// Cash after each period, and when it runs short.
#[derive(Clone, Debug, PartialEq)]
pub struct Runway {
    /// After each period.
    pub closing_cash: Vec<f64>,
    /// The lowest of them.
    pub min_cash: f64,
    /// The first period after which it is that low, counted from 1.
    pub min_period: usize,
    /// The first period after which cash and facility together are below nothing.
    pub first_short_period: Option<usize>,
    /// What is missing at the worst, beyond the facility.
    pub funding_gap: f64,
}

impl Runway {
    /// From cash at the beginning, what comes or goes by the end of each period, and a facility that can
    /// be drawn; nothing without periods.
    pub fn of(opening: f64, flows: &[f64], facility: f64) -> Option<Self> {
        let mut cash = opening;
        let closing_cash: Vec<f64> = flows
            .iter()
            .map(|it| {
                cash += it;
                cash
            })
            .collect();
        let lowest = closing_cash.iter().enumerate().min_by(|a, b| a.1.total_cmp(b.1))?;
        let (min_period, min_cash) = (lowest.0 + 1, *lowest.1);
        let short = |it: &f64| it + facility < 0.0;
        let first_short_period = closing_cash.iter().position(short).map(|it| it + 1);
        let funding_gap = (-(min_cash + facility)).max(0.0);
        Some(Self { closing_cash, min_cash, min_period, first_short_period, funding_gap })
    }

    /// Periods that are survived before the first that is short.
    pub fn periods(&self) -> Option<usize> {
        self.first_short_period.map(|it| it - 1)
    }
}
