//! A row of numbers as a row of bars.

const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Draws values as bars from nothing to the largest, or from the smallest where some are below
/// nothing. More values than `width` are drawn by the mean of neighbours.
pub fn sparkline(values: &[f64], width: usize) -> String {
    let shrunk = shrink(values, width);
    let low = shrunk.iter().copied().fold(0.0, f64::min);
    let high = shrunk.iter().copied().fold(0.0, f64::max);
    sparkline_between(values, width, low, high)
}

/// Draws values as bars between two levels, so that rows below each other compare.
pub fn sparkline_between(values: &[f64], width: usize, low: f64, high: f64) -> String {
    let span = high - low;
    let bar = |value: &f64| {
        let level = if span > 0.0 { (value - low) / span * 7.0 } else { 0.0 };
        BARS[(level.round() as usize).min(7)]
    };
    shrink(values, width).iter().map(bar).collect()
}

fn shrink(values: &[f64], width: usize) -> Vec<f64> {
    if values.len() <= width {
        return values.to_vec();
    }
    let edge = |i: usize| i * values.len() / width;
    (0..width)
        .map(|i| {
            let part = &values[edge(i)..edge(i + 1)];
            part.iter().sum::<f64>() / part.len() as f64
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_is_full_and_nothing_is_low() {
        assert_eq!(sparkline(&[0.0, 1.0, 2.0], 10), "▁▅█");
        assert_eq!(sparkline(&[-1.0, 0.0, 1.0], 10), "▁▅█");
        assert_eq!(sparkline(&[3.0; 100], 4), "████");
    }
}
