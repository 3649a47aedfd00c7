use offtake::scenario::{Draw, Report, library};
#[test]
fn show() {
    for (name, text) in library::STORIES {
        let mut report = Report::default();
        let (files, s) = offtake::read(name, text, None, &mut report);
        for d in report.sorted() { println!("{} {} {} help {:?}", d.code, files.describe(d.at), d.message, d.help); }
        let Some(s) = s else { continue };
        let draw = Draw::medians(&s);
        let t = std::time::Instant::now();
        let o = offtake::figures::outcome(&s, &draw, true);
        println!("{name} {:?} balanced {}", t.elapsed(), o.played.ledger.is_balanced());
        let case = offtake::scenario::Case::of(&s, &draw);
        for _ in 0..2 { let t = std::time::Instant::now(); let p = offtake::engine::play(&case, false); println!("play {:?} {}", t.elapsed(), p.marks.runs.len()); }
        for f in &o.figures { println!("{:50} {:20} {}", f.id, f.shown(), f.unit); }
        for c in offtake::figures::claims(&s, &draw, &o) { println!("{:?}", c); }
        for c in offtake::figures::expects(&s, &draw, &o) { println!("{:?}", c); }
    }
}
