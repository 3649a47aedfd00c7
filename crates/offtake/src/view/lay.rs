//! How is a text laid out within a width? Rows as columns, those that do not fit below the others; lines that
//! are still too long go on below.

/// What stands between two columns.
const GAP: &str = "  ";
/// What stands before every row of a table.
const INDENT: &str = "  ";
/// The least room in which a line may go on below its last column.
const LEAST: usize = 24;

/// Rows as columns, the first of them the head. `right` columns hold numbers.
pub(super) fn grid(rows: &[Vec<String>], right: &[usize], width: usize) -> String {
    let rows = narrowed(rows, width);
    let wide = widths(&rows);
    let line = |row: &Vec<String>, band: &[usize]| {
        let cell = |&i: &usize| {
            let room = " ".repeat(wide[i] - long(&row[i]));
            if right.contains(&i) { room + &row[i] } else { row[i].clone() + &room }
        };
        let cells: Vec<String> = band.iter().map(cell).collect();
        format!("{INDENT}{}\n", cells.join(GAP).trim_end())
    };
    let bands = bands(&wide, width.saturating_sub(INDENT.len()));
    let laid = bands.iter().map(|band| rows.iter().map(|it| line(it, band)).collect::<String>());
    laid.collect::<Vec<_>>().join("\n")
}

/// Rows whose first column goes on below where it is long and the others want its room.
fn narrowed(rows: &[Vec<String>], width: usize) -> Vec<Vec<String>> {
    let wide = widths(rows);
    let first = wide.first().copied().unwrap_or(0);
    let room = left_by(&wide[1.min(wide.len())..], width).max(LEAST);
    if first <= room {
        return rows.to_vec();
    }
    let below = |part: &str, columns: usize| {
        let mut row = vec![String::new(); columns];
        part.clone_into(&mut row[0]);
        row
    };
    let mut narrow = Vec::new();
    for row in rows {
        let held = held(&row[0], room);
        let mut parts = held.lines();
        narrow.push([&[parts.next().unwrap_or_default().to_owned()], &row[1..]].concat());
        narrow.extend(parts.map(|it| below(it, row.len())));
    }
    narrow
}

fn widths(rows: &[Vec<String>]) -> Vec<usize> {
    let columns = rows.first().map_or(0, Vec::len);
    let wide = |i: usize| rows.iter().map(|it| long(&it[i])).max().unwrap_or(0);
    (0..columns).map(wide).collect()
}

/// How much of a line is left for one more column.
fn left_by(wide: &[usize], width: usize) -> usize {
    let taken = INDENT.len() + wide.iter().map(|it| it + GAP.len()).sum::<usize>();
    width.saturating_sub(taken)
}

/// The same for rows: how wide a drawing may be that stands last.
pub(super) fn room(rows: &[Vec<String>], width: usize) -> usize {
    left_by(&widths(rows), width).clamp(12, 90)
}

/// Which columns stand side by side: as many as fit, and the first again before each lot of them.
pub fn bands(wide: &[usize], width: usize) -> Vec<Vec<usize>> {
    let Some((first, others)) = wide.split_first() else { return Vec::new() };
    let mut bands = vec![vec![0]];
    let mut taken = *first;
    for (i, it) in others.iter().enumerate() {
        let is_full = taken + GAP.len() + it > width;
        if is_full && bands.last().is_some_and(|it| it.len() > 1) {
            bands.push(vec![0]);
            taken = *first;
        }
        taken += GAP.len() + it;
        bands.last_mut().expect("never empty").push(i + 1);
    }
    bands
}

/// Rows as columns that fit a width: what does not fit is dropped, in the order that is said; what then does
/// not fit stands below.
pub(super) fn fitted(mut rows: Vec<Vec<String>>, right: &str, drop: &str, width: usize) -> String {
    let mut drop = drop.split(',');
    loop {
        let is_right = |it: &String| right.split(',').any(|name| name == it);
        let right: Vec<usize> = (0..rows[0].len()).filter(|i| is_right(&rows[0][*i])).collect();
        let whole = grid(&rows, &right, usize::MAX);
        if whole.lines().all(|it| long(it) <= width) {
            return whole;
        }
        let Some(at) = drop.next().and_then(|name| rows[0].iter().position(|it| it == name)) else {
            return grid(&rows, &right, width);
        };
        rows.iter_mut().for_each(|row| _ = row.remove(at));
    }
}

/// The text with no line longer than a width: what does not fit goes on below, under its last column where
/// there is room.
pub fn held(text: &str, width: usize) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let mut rest = line.to_owned();
        let hang = hang(line, width);
        while long(&rest) > width {
            let at = break_of(&rest, hang, width);
            out.push_str(rest[..at].trim_end());
            out.push('\n');
            rest = " ".repeat(hang) + rest[at..].trim_start();
        }
        out.push_str(&rest);
        out.push('\n');
    }
    out
}

/// How far in a line goes on: under its last column, else a little further in than it begins.
fn hang(line: &str, width: usize) -> usize {
    let begins = long(line) - long(line.trim_start());
    let mut hang = (begins + INDENT.len()).min(width / 2);
    let mut blank = 0;
    for (at, char) in line.chars().enumerate().skip(begins) {
        if char != ' ' && blank >= GAP.len() && at + LEAST <= width {
            hang = at;
        }
        blank = if char == ' ' { blank + 1 } else { 0 };
    }
    hang
}

/// The byte at which a line is broken: its last space within the width; in the middle of a word that is longer.
fn break_of(line: &str, hang: usize, width: usize) -> usize {
    let within = line.char_indices().enumerate().take(width + 1).skip(hang + 1);
    let space = within.filter(|(_, (_, char))| *char == ' ').last();
    let hard = || line.char_indices().nth(width).map_or(line.len(), |it| it.0);
    space.map_or_else(hard, |(_, (at, _))| at)
}

pub(super) fn texts(all: &[&str]) -> Vec<String> {
    all.iter().map(|it| (*it).to_owned()).collect()
}

fn long(text: &str) -> usize {
    text.chars().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Vec<String>> {
        vec![texts(&["year", "income", "costs"]), texts(&["2025*", "$2.02 bn", "$3.42 bn"])]
    }

    #[test]
    fn columns_that_do_not_fit_stand_below_with_the_first_before_them() {
        insta::assert_snapshot!(grid(&rows(), &[1, 2], 20), @"
          year     income
          2025*  $2.02 bn

          year      costs
          2025*  $3.42 bn
        ");
    }

    #[test]
    fn columns_are_dropped_before_any_stands_below() {
        insta::assert_snapshot!(fitted(rows(), "income,costs", "income", 20), @"
          year      costs
          2025*  $3.42 bn
        ");
    }

    #[test]
    fn a_line_goes_on_under_its_last_column() {
        let line = "  87.2 %  share of the delivered GPU-hours that was used\n";
        insta::assert_snapshot!(held(line, 40), @"
          87.2 %  share of the delivered
                  GPU-hours that was used
        ");
        assert_eq!(held(line, 80), line);
    }

    #[test]
    fn a_word_longer_than_the_line_is_broken() {
        assert_eq!(held("party.openai.revenue", 12), "party.openai\n  .revenue\n");
    }
}
