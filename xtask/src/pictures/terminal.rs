//! Lines with a terminal's escape codes as a picture. Only the codes that `offtake` uses are known.

use std::fmt::Write;

/// A character's width and a line's height, for letters of 14 pixels.
const WIDE: f64 = 8.4;
const HIGH: usize = 19;
const MARGIN: usize = 18;

const STYLE: &str = "\
text { font: 14px ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; fill: #1f2328; white-space: pre }
rect { fill: #fbfbfa; stroke: #d0d3d8 }
.bold { font-weight: 700 } .dim { fill: #767c85 }
.red { fill: #b3261e } .green { fill: #1a7f37 } .yellow { fill: #8a6100 } .cyan { fill: #0b6e8a }
@media (prefers-color-scheme: dark) {
text { fill: #d8dbe0 } rect { fill: #16191d; stroke: #343a42 } .dim { fill: #8b929c }
.red { fill: #ff7b72 } .green { fill: #56c271 } .yellow { fill: #dfb04a } .cyan { fill: #59bcd6 }
}";

/// The picture.
pub fn svg(lines: &[&str]) -> String {
    let lines: Vec<Vec<Run>> = lines.iter().map(|it| runs(it)).collect();
    let columns = lines.iter().map(|it| it.iter().map(Run::long).sum::<usize>()).max();
    let width = (columns.unwrap_or(0) as f64 * WIDE).ceil() as usize + 2 * MARGIN;
    let height = lines.len() * HIGH + 2 * MARGIN;
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" \
         height=\"{height}\">\n<style>{STYLE}</style>\n<rect x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"8\"/>\n",
        width - 1,
        height - 1
    );
    for (nth, line) in lines.iter().enumerate() {
        let y = MARGIN + nth * HIGH + 14;
        let mut column = 0;
        for run in line {
            run.draw(&mut out, column, y);
            column += run.long();
        }
    }
    out + "</svg>\n"
}

/// Text of one colour.
#[derive(Debug, PartialEq, Eq)]
struct Run {
    class: &'static str,
    text: String,
}

impl Run {
    fn long(&self) -> usize {
        self.text.chars().count()
    }

    /// Every character keeps its column, whichever letters the reader's machine has.
    fn draw(&self, out: &mut String, column: usize, y: usize) {
        let begins = self.long() - self.text.trim_start().chars().count();
        let text = self.text.trim();
        if text.is_empty() {
            return;
        }
        let x = MARGIN as f64 + (column + begins) as f64 * WIDE;
        let wide = text.chars().count() as f64 * WIDE;
        let class = if self.class.is_empty() {
            String::new()
        } else {
            format!(" class=\"{}\"", self.class)
        };
        let text = text.replace('&', "&amp;").replace('<', "&lt;");
        let _ = writeln!(
            out,
            "<text{class} x=\"{x:.1}\" y=\"{y}\" textLength=\"{wide:.1}\" lengthAdjust=\"spacingAndGlyphs\">{text}</text>"
        );
    }
}

/// A line cut where its colour changes.
fn runs(line: &str) -> Vec<Run> {
    let mut parts = line.split("\x1b[");
    let mut runs = vec![Run { class: "", text: parts.next().unwrap_or_default().to_owned() }];
    for part in parts {
        let (code, text) = part.split_once('m').unwrap_or(("", part));
        runs.push(Run { class: class(code), text: text.to_owned() });
    }
    runs.retain(|it| !it.text.is_empty());
    runs
}

fn class(code: &str) -> &'static str {
    match code {
        "1" => "bold",
        "2" => "dim",
        "31" => "red",
        "32" => "green",
        "33" => "yellow",
        "36" => "cyan",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cut_where_its_colour_changes() {
        let run = |class, text: &str| Run { class, text: text.to_owned() };
        let found = runs("  \x1b[32mholds\x1b[0m  a claim");
        assert_eq!(found, [run("", "  "), run("green", "holds"), run("", "  a claim")]);
    }

    #[test]
    fn every_text_stands_in_its_column() {
        let svg = svg(&["ab  \x1b[1mc<d\x1b[0m"]);
        assert!(svg.contains("<text x=\"18.0\" y=\"32\" textLength=\"16.8\""), "{svg}");
        assert!(svg.contains("<text class=\"bold\" x=\"51.6\""), "{svg}");
        assert!(svg.contains(">c&lt;d</text>"), "{svg}");
    }
}
