//! Plants that nobody wrote: what is built for the deals of a story.

use proptest::prelude::*;

use crate::story::{Story, any_mixed_story};

/// A plant for one of a story's deals.
#[derive(Clone, Debug)]
pub struct Build {
    /// Which deal, counted over those that there are.
    pub deal: usize,
    pub owner: Option<&'static str>,
    /// For each class that it has: how its cost is told, how much, and days of its life.
    pub classes: Vec<(&'static str, usize, u32, u32)>,
    /// Hundredths of a month.
    pub lead: u32,
    /// How running is told, if at all, and how much.
    pub running: Option<(bool, u32)>,
    /// Days after the first day, from which on everything costs half as much again.
    pub dearer: Option<u32>,
}

impl Build {
    /// The table of the plant. `deals` have a name, and whether they have a fleet and a power.
    pub fn text(
        &self,
        i: usize,
        deals: &[(String, bool, bool)],
        day: &dyn Fn(i64) -> String,
    ) -> String {
        let (deal, has_fleet, has_power) = &deals[self.deal % deals.len()];
        let mut text = format!("[plant.b{i}]\ndeal = \"{deal}\"\n");
        text += &self.owner.map_or(String::new(), |it| format!("owner = \"{it}\"\n"));
        text +=
            &format!("lead = \"{}.{:02} months [assumed]\"\n", self.lead / 100, self.lead % 100);
        for (class, told, much, life) in &self.classes {
            let unit = match told {
                0 if *has_fleet => "USD/GPU",
                1 if *has_power => "USD/MW",
                _ => "USD",
            };
            let plain = format!("\"{much} {unit} [assumed]\"");
            let path = self.dearer.map(|it| {
                let dear = u64::from(*much) * 3 / 2;
                format!("{{ 2020 = {plain}, {} = \"{dear} {unit} [assumed]\" }}", day(it.into()))
            });
            text += &format!("capex.{class} = {}\n", path.unwrap_or(plain));
            text += &format!("life.{class} = \"{life} days [assumed]\"\n");
        }
        if let Some((by_gpu, much)) =
            self.running.filter(|it| if it.0 { *has_fleet } else { *has_power })
        {
            let (much, unit) =
                if by_gpu { (much % 9, "USD/GPU-hour") } else { (much, "USD/MW-year") };
            text += &format!("running = \"{much} {unit} [assumed]\"\n");
        }
        text
    }
}

fn any_build(days: u32) -> impl Strategy<Value = Build> {
    let class = (0..3usize, 0..40_000u32, prop_oneof![1..900u32, 1_000..9_000u32]);
    let classes = prop::collection::vec(prop::option::weighted(0.6, class), 4);
    let owner = prop::option::weighted(0.3, prop::sample::select(vec!["buyer", "seller"]));
    let running = prop::option::of((any::<bool>(), 0..2_000_000u32));
    let lead = prop_oneof![Just(0), 1..900u32];
    let dearer = prop::option::weighted(0.4, 0..days);
    (any::<usize>(), owner, classes, lead, running, dearer).prop_map(
        |(deal, owner, classes, lead, running, dearer)| {
            let names = ["accelerator", "network", "building", "power"];
            let told = names.into_iter().zip(classes);
            let mut classes: Vec<_> =
                told.filter_map(|(name, it)| it.map(|it| (name, it.0, it.1, it.2))).collect();
            if classes.is_empty() {
                classes.push(("building", 2, 7_000, 400));
            }
            Build { deal, owner, classes, lead, running, dearer }
        },
    )
}

/// A story with plants for its deals, and parties that pay tax.
pub fn any_built_story() -> impl Strategy<Value = Story> {
    (any_mixed_story(), prop::option::of(0..=100u32)).prop_flat_map(|(story, tax)| {
        prop::collection::vec(any_build(story.days), 1..4).prop_map(move |builds| Story {
            builds,
            tax,
            ..story.clone()
        })
    })
}
