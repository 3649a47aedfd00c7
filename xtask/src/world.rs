//! What only a real machine can show.

mod disk;
mod slurm;
mod tables;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Tries all of it with a program, in a folder, and says a line of each.
pub fn all(root: &Path, program: &Path, folder: &Path) -> Result<String, String> {
    let disk = disk::is_full(program, folder)?;
    let tables = tables::open_elsewhere(program, folder)?;
    let slurm = slurm::loses_a_node(root, program)?;
    Ok(format!("{disk}\n{tables}\n{slurm}"))
}

/// Every file of a folder with its bytes.
fn files(folder: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>, String> {
    let all = std::fs::read_dir(folder).map_err(|why| format!("{}: {why}", folder.display()))?;
    let read = |it: std::io::Result<std::fs::DirEntry>| {
        let it = it?;
        Ok((PathBuf::from(it.file_name()), std::fs::read(it.path())?))
    };
    all.map(read).collect::<Result<_, _>>().map_err(|why: std::io::Error| why.to_string())
}
