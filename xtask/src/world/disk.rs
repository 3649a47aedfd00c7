//! Does a full disk lose what was saved before? Wants the right to mount; without it the step is
//! skipped, and says so.

use std::path::Path;
use std::process::Command;

use super::files;

/// A run of `openai-aws` fits once on a disk of this size, not twice.
const DISK: &str = "size=24m";

/// Fills a small disk with runs and holds that nothing saved before is lost.
pub fn is_full(program: &Path, folder: &Path) -> Result<String, String> {
    let disk = folder.join("disk");
    std::fs::create_dir_all(&disk).map_err(|why| why.to_string())?;
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", DISK, "tmpfs"])
        .arg(&disk)
        .status()
        .is_ok_and(|it| it.success());
    if !mounted {
        return Ok("full disk skipped: mounting wants root".to_owned());
    }
    let held = fill(program, &disk);
    let _ = Command::new("umount").arg(&disk).status();
    held
}

fn fill(program: &Path, disk: &Path) -> Result<String, String> {
    if play(program, &disk.join("first"))? != Some(0) {
        return Err("the first run does not fit on the disk".to_owned());
    }
    let before = files(&disk.join("first"))?;
    for nth in 2..20 {
        let next = disk.join(format!("run-{nth}"));
        match play(program, &next)? {
            Some(0) => {}
            Some(1) if next.exists() => return Err("half a run under its final name".to_owned()),
            Some(1) if files(&disk.join("first"))? != before => {
                return Err("a run that was saved has changed".to_owned());
            }
            Some(1) => return Ok(format!("disk full at run {nth}, nothing lost")),
            code => return Err(format!("a full disk ended the program with {code:?}")),
        }
    }
    Err("the disk never filled".to_owned())
}

fn play(program: &Path, out: &Path) -> Result<Option<i32>, String> {
    let mut call = Command::new(program);
    call.args(["run", "openai-aws", "--assumptions", "0", "--futures", "0", "--out"]).arg(out);
    call.output().map(|it| it.status.code()).map_err(|why| why.to_string())
}
