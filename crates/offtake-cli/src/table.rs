//! How are rows laid out as text? Columns aligned, one column giving way when the line is too long.

use offtake::view;

/// What the column that gives way does with text that does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// It is cut, so that a row stays a line.
    Cut,
    /// It goes on below, so that nothing is lost.
    Wrap,
}

/// The least width to which a column is narrowed.
const LEAST: usize = 16;
const GAP: &str = "  ";

/// Lays out rows below a header. The column `gives_way` is narrowed to keep within `width`; columns that still
/// do not fit stand below the others.
pub fn table(
    header: &[&str],
    rows: &[Vec<String>],
    gives_way: usize,
    fit: Fit,
    width: usize,
) -> String {
    let mut widths: Vec<usize> = header.iter().map(|it| wide(it)).collect();
    for row in rows {
        assert_eq!(row.len(), header.len(), "a row has a cell for each column");
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(wide(cell));
        }
    }
    let spare = widths[gives_way].saturating_sub(needs(&widths).saturating_sub(width));
    widths[gives_way] = spare.max(LEAST.min(widths[gives_way]));
    if fit == Fit::Wrap && needs(&widths) > width {
        return with_text_below(header, rows, gives_way, width);
    }
    let mut lines = vec![header.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>()];
    for row in rows {
        let parts = match fit {
            Fit::Cut => vec![cut(&row[gives_way], widths[gives_way])],
            Fit::Wrap => wrap(&row[gives_way], widths[gives_way]),
        };
        for (nth, part) in parts.into_iter().enumerate() {
            let cell = |(column, text): (usize, &String)| match column {
                _ if column == gives_way => part.clone(),
                _ if nth == 0 => text.clone(),
                _ => String::new(),
            };
            lines.push(row.iter().enumerate().map(cell).collect());
        }
    }
    let band = |band: Vec<usize>| lines.iter().map(|it| line(it, &band, &widths)).collect();
    let bands: Vec<String> = view::bands(&widths, width).into_iter().map(band).collect();
    bands.join("\n")
}

/// How wide a line of these columns is.
fn needs(widths: &[usize]) -> usize {
    widths.iter().sum::<usize>() + GAP.len() * widths.len().saturating_sub(1)
}

/// Rows each with its text below it, where a column of its own would be too narrow to be read.
fn with_text_below(header: &[&str], rows: &[Vec<String>], text: usize, width: usize) -> String {
    const INDENT: &str = "    ";
    let without = |row: &[String]| [&row[..text], &row[text + 1..]].concat();
    let header: Vec<String> = header.iter().map(|it| (*it).to_owned()).collect();
    let all: Vec<Vec<String>> =
        std::iter::once(&header).chain(rows).map(|it| without(it)).collect();
    let wide = |i: usize| all.iter().map(|it| wide(&it[i])).max().unwrap_or(0);
    let widths: Vec<usize> = (0..header.len() - 1).map(wide).collect();
    let columns: Vec<usize> = (0..widths.len()).collect();
    let mut out = line(&all[0], &columns, &widths);
    for (row, whole) in all[1..].iter().zip(rows) {
        out.push_str(&line(row, &columns, &widths));
        let below = wrap(&whole[text], width.saturating_sub(INDENT.len()));
        below.iter().filter(|it| !it.is_empty()).for_each(|it| out += &format!("{INDENT}{it}\n"));
    }
    out
}

fn line(cells: &[String], band: &[usize], widths: &[usize]) -> String {
    let padded = |&at: &usize| {
        let missing = widths[at].saturating_sub(wide(&cells[at]));
        cells[at].clone() + &" ".repeat(missing)
    };
    let all: Vec<String> = band.iter().map(padded).collect();
    format!("{}\n", all.join(GAP).trim_end())
}

/// Catalogue and schema are written in narrow letters, so a character is a column.
fn wide(text: &str) -> usize {
    text.chars().count()
}

/// A text cut to a width, with a mark where something is missing.
pub fn cut(text: &str, width: usize) -> String {
    if wide(text) <= width {
        return text.to_owned();
    }
    let kept: String = text.chars().take(width.saturating_sub(3)).collect();
    format!("{}...", kept.trim_end())
}

/// A text as lines of at most `width`, broken between words; a longer word stands alone.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let last = lines.last_mut().expect("there is always a line");
        if last.is_empty() {
            last.push_str(word);
        } else if wide(last) + 1 + wide(word) <= width {
            last.push(' ');
            last.push_str(word);
        } else {
            lines.push(word.to_owned());
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Vec<String>> {
        vec![
            vec!["a".to_owned(), "one two three four five six".to_owned(), "1".to_owned()],
            vec!["long-name".to_owned(), "zwölf".to_owned(), "22".to_owned()],
        ]
    }

    #[test]
    fn a_row_stays_a_line_when_cut() {
        let shown = table(&["name", "text", "n"], &rows(), 1, Fit::Cut, 31);
        assert_eq!(
            shown,
            "name       text              n\n\
             a          one two three...  1\n\
             long-name  zwölf             22\n"
        );
    }

    #[test]
    fn nothing_is_lost_when_wrapped() {
        let shown = table(&["name", "text", "n"], &rows(), 1, Fit::Wrap, 31);
        assert_eq!(
            shown,
            "name       text              n\n\
             a          one two three     1\n           \
             four five six\n\
             long-name  zwölf             22\n"
        );
    }

    #[test]
    fn a_text_without_room_beside_the_others_stands_below_them() {
        let shown = table(&["name", "text", "n"], &rows(), 1, Fit::Wrap, 28);
        assert_eq!(
            shown,
            "name       n\n\
             a          1\n    one two three four five\n    six\n\
             long-name  22\n    zwölf\n"
        );
    }

    #[test]
    fn columns_that_do_not_fit_stand_below_the_others() {
        let shown = table(&["name", "text", "n"], &rows(), 1, Fit::Cut, 28);
        assert_eq!(
            shown,
            "name       text\n\
             a          one two three...\n\
             long-name  zwölf\n\n\
             name       n\n\
             a          1\n\
             long-name  22\n"
        );
    }

    #[test]
    fn a_table_that_fits_is_left_as_it_is() {
        let shown = table(&["name", "text", "n"], &rows(), 1, Fit::Cut, 100);
        assert!(shown.contains("one two three four five six  1\n"), "{shown}");
    }
}
