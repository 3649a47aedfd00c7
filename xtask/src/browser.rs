//! Does the page hold in a browser? What is missing is installed, where this may be done.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::steps::{self, Step};
use crate::web;

/// What must hold of the page, in order.
pub const STEPS: [Step; 4] = [
    Step { name: "tools", work: tools },
    Step { name: "types", work: types },
    Step { name: "built", work: web::compare },
    Step { name: "browser", work: browser },
];

/// The oldest Node that builds the page.
const NODE: u32 = 20;

/// Programs that the tests call, each with the package of Debian's that has it.
const TOOLS: [(&str, &str); 3] = [("node", "nodejs"), ("npm", "npm"), ("chromium", "chromium")];

/// Node, a browser and the packages of `web/`.
fn tools(root: &Path) -> Result<String, String> {
    let missing: Vec<&str> =
        TOOLS.iter().filter(|it| answer(it.0).is_none()).map(|it| it.1).collect();
    if !missing.is_empty() {
        install(&missing)?;
    }
    let told = answer("node").ok_or("`node --version` does not answer")?;
    if major(&told).is_none_or(|it| it < NODE) {
        return Err(format!("the page is built by Node {NODE} or newer, and this is {told}"));
    }
    web::node(root, "npm", &["ci", "--no-fund", "--no-audit"], &[])?;
    Ok(format!("node {told}, {}", answer("chromium").unwrap_or_default()))
}

/// Whether types and marks of the page fit together.
fn types(root: &Path) -> Result<String, String> {
    web::node(root, "npm", &["run", "--silent", "check"], &[])
}

/// The page as a user meets it, with the program that users run.
fn browser(root: &Path) -> Result<String, String> {
    steps::cargo(root, "build --release", &[])?;
    let program = steps::target_dir()?.join("release/offtake");
    web::node(root, "npm", &["test", "--silent"], &[("OFFTAKE", &program)])
}

/// What a program says of its version; nothing where it is not there.
fn answer(program: &str) -> Option<String> {
    let output = Command::new(program).arg("--version").stdin(Stdio::null()).output().ok()?;
    let told = String::from_utf8_lossy(&output.stdout);
    output.status.success().then(|| told.trim().to_owned())
}

/// `v20.20.2` is 20.
fn major(told: &str) -> Option<u32> {
    told.trim_start_matches('v').split('.').next()?.parse().ok()
}

/// Asks Debian's packages for what is missing.
fn install(missing: &[&str]) -> Result<(), String> {
    let words = missing.join(" ");
    let by_hand = |why: &str| format!("{why}; install first: `apt-get install {words}`");
    for call in [vec!["update"], [&["install", "-y", "--no-install-recommends"], missing].concat()]
    {
        eprintln!("    apt-get {}", call.join(" "));
        let status = Command::new("apt-get")
            .args(&call)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .stdin(Stdio::null())
            .status()
            .map_err(|_| by_hand("there is no apt-get here"))?;
        if !status.success() {
            return Err(by_hand("apt-get, which wants root, did not install what is missing"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_age_of_node_is_read_from_what_it_says() {
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("22.1"), Some(22));
        assert_eq!(major("nightly"), None);
    }
}
