//! The part of a scenario that a bill comes to: its source, and the price of each kind of GPU as that of a
//! deal. What cannot be turned into a price a GPU-hour stands as a comment.

use super::prices::Priced;
use super::{Told, price};
use crate::diagnose::counted;
use crate::files::slug;

/// The text, to be pasted into a scenario or to begin one with.
pub fn of(file: &str, told: &Told) -> String {
    let basis = told.basis();
    let priced = told.prices.all(&basis);
    let currency = told.unit();
    let (from, to) = told.days.unwrap_or_default();
    let providers: Vec<&str> = told.providers.keys().map(String::as_str).collect();
    let title =
        format!("{file}: {} charges, {from} to {to}, {}", told.all.rows, providers.join(", "));
    let mut text = format!(
        "# A price by the bill {file}, {}.\n\n[sources]\nbill = {{ title = {}, date = {to} }}\n",
        basis.said(),
        quoted(&title),
    );
    let (known, unknown): (Vec<&Priced>, Vec<&Priced>) =
        priced.iter().partition(|it| it.price.per_gpu_hour().is_some());
    for it in &known {
        text.push_str(&deal(file, it, currency));
    }
    if known.is_empty() {
        text.push_str("\n# No charge of compute names a machine whose GPUs are known.\n");
    }
    if !unknown.is_empty() {
        text.push_str("\n# As the bill has it; divided by the GPUs of one, a price a GPU-hour:\n");
    }
    for it in unknown.iter().take(super::MOST) {
        let Some(each) = it.price.per_unit() else { continue };
        let line =
            format!("# {} {currency} for one of {}: {}", price(each, 6), it.unit, place(file, it));
        text.push_str(&format!("{line}, {}\n", one_line(&it.what)));
    }
    text
}

/// The price of a deal, with the lines it was reckoned from.
fn deal(file: &str, it: &Priced, currency: &str) -> String {
    let each = it.price.per_gpu_hour().map_or(String::new(), |it| price(it, 6));
    let list = match it.price.discount() {
        Some(share) => format!("; {:.1} % below list", share * 100.0),
        None => "; no list price".to_owned(),
    };
    // A scenario reckons in dollars.
    let (mark, convert) = match currency {
        "USD" => ("", ""),
        _ => ("# ", " convert it to USD first"),
    };
    format!(
        "\n# {}, {}{list}\n[deal.{}]\n{mark}price = \"{each} {currency}/GPU-hour [bill]\"{convert}\n",
        one_line(&it.what),
        place(file, it),
        slug(&it.what.replace(['.', '/'], "-")).to_lowercase(),
    )
}

/// Where it stands: file, lines, days.
fn place(file: &str, it: &Priced) -> String {
    let ((first, last), (from, to)) = (it.lines, it.days);
    let lines = match first == last {
        true => format!("line {first}"),
        false => format!("lines {first} to {last}"),
    };
    format!("{} in {lines} of {file}, {from} to {to}", counted(it.rows as usize, "charge"))
}

fn quoted(text: &str) -> String {
    let plain: String = one_line(text).chars().filter(|it| *it != '"' && *it != '\\').collect();
    format!("\"{plain}\"")
}

fn one_line(text: &str) -> String {
    text.chars().map(|it| if it.is_control() { ' ' } else { it }).collect()
}
