//! What a unit of something cost, by what was paid for all of it.

/// What was bought of one kind, and for how much.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct UnitPrice {
    /// In units, such as hours of an instance.
    pub quantity: f64,
    /// What it cost, in any currency.
    pub cost: f64,
    /// What it would have cost at list prices; nothing where there are none.
    pub list: f64,
    /// GPUs of one unit, where that is known.
    pub gpus: Option<f64>,
}

impl UnitPrice {
    /// `cost / quantity`
    pub fn per_unit(&self) -> Option<f64> {
        (self.quantity > 0.0).then(|| self.cost / self.quantity)
    }

    /// `cost / (quantity x GPUs of a unit)`, where units are hours
    pub fn per_gpu_hour(&self) -> Option<f64> {
        let gpus = self.gpus.filter(|it| *it > 0.0)?;
        self.per_unit().map(|it| it / gpus)
    }

    /// `1 - cost / list`
    pub fn discount(&self) -> Option<f64> {
        (self.list > 0.0).then(|| 1.0 - self.cost / self.list)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_price_a_gpu_hour_is_that_of_the_unit_over_its_gpus() {
        let bought = UnitPrice { quantity: 10.0, cost: 400.0, list: 500.0, gpus: Some(8.0) };
        assert_eq!(bought.per_unit(), Some(40.0));
        assert_eq!(bought.per_gpu_hour(), Some(5.0));
        assert!((bought.discount().expect("a list price") - 0.2).abs() < 1e-15);
        let nothing = UnitPrice::default();
        assert_eq!(
            (nothing.per_unit(), nothing.per_gpu_hour(), nothing.discount()),
            (None, None, None)
        );
    }
}
