//! Pages that are made, not written: the program prints them, we put them in their place. A test of
//! the heart (`tests/catalogue.rs`) holds them against what would be printed.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

/// Writes the page of the catalogue.
pub fn catalogue(root: &Path) -> Result<(), String> {
    const PAGE: &str = "docs/catalogue.md";
    let program = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(program)
        .args(["run", "--release", "--quiet", "--", "catalogue", "--page"])
        .current_dir(root)
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cargo run: {error}"))?;
    if !output.status.success() {
        return Err(format!("cargo run: {}", output.status));
    }
    fs::write(root.join(PAGE), output.stdout).map_err(|error| format!("{PAGE}: {error}"))?;
    eprintln!("{PAGE} is written");
    Ok(())
}
