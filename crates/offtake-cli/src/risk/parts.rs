//! Where do draws lie until all are there? In a folder of parts, each whole or not at all: what was
//! played stays played, whoever stops, and several machines may fill one folder.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::BufWriter;
use std::ops::Range;
use std::path::{Path, PathBuf};

use offtake::study::Future;
use offtake_files::draws::{Error, Layout, Reader, Writer};

use crate::exit::Stop;
use crate::write;

/// Draws in a part, at most: parts begin at multiples of it.
pub const PART: u32 = 256;

/// A folder of parts of one study.
pub struct Parts<'a> {
    folder: PathBuf,
    layout: &'a Layout,
    /// The first draw of every part, the first no longer in it, and its file.
    held: BTreeMap<u32, (u32, PathBuf)>,
}

impl<'a> Parts<'a> {
    /// Looks at what is in a folder; one that is not there is empty.
    pub fn open(folder: &Path, layout: &'a Layout) -> Result<Self, Stop> {
        let mut held: BTreeMap<u32, (u32, PathBuf)> = BTreeMap::new();
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.map_err(|error| cannot_read(folder, &error))?.path();
            let Some(range) = path.file_name().and_then(|it| range_of(&it.to_string_lossy()))
            else {
                continue;
            };
            let longer = held.get(&range.start).is_none_or(|it| it.0 < range.end);
            if longer {
                held.insert(range.start, (range.end, path));
            }
        }
        Ok(Self { folder: folder.to_path_buf(), layout, held })
    }

    /// The pieces of a range that are not there yet, none larger than a part.
    pub fn missing(&self, range: Range<u32>) -> Vec<Range<u32>> {
        let mut all = Vec::new();
        let mut next = range.start;
        while next < range.end {
            if let Some(end) = self.held_at(next) {
                next = end;
                continue;
            }
            let cut = (next / PART + 1) * PART;
            let until_held = self.held.range(next..).next().map_or(u32::MAX, |it| *it.0);
            let end = cut.min(range.end).min(until_held);
            all.push(next..end);
            next = end;
        }
        all
    }

    /// The end of the part that holds a draw.
    fn held_at(&self, n: u32) -> Option<u32> {
        let (_, (end, _)) = self.held.range(..=n).next_back()?;
        (*end > n).then_some(*end)
    }

    /// Keeps draws that were played: once this returns, they are on the disk.
    pub fn keep(&mut self, first: u32, futures: Vec<Future>) -> Result<(), Stop> {
        fs::create_dir_all(&self.folder).map_err(|error| cannot_write(&self.folder, &error))?;
        let end = first + futures.len() as u32;
        let packed = || {
            let mut writer = Writer::new(self.layout, Vec::new())?;
            for (i, it) in futures.into_iter().enumerate() {
                writer.push(first + i as u32, it)?;
            }
            writer.finish().map(|it| it.0)
        };
        let path = self.folder.join(format!("draws-{first:010}-{end:010}.parquet"));
        let bytes = packed().map_err(|error| cannot_write(&path, &error))?;
        write::replace(&path, bytes)?;
        self.held.insert(first, (end, path));
        Ok(())
    }

    /// The first draw after those that are there from the beginning on.
    pub fn reach(&self) -> u32 {
        let mut next = 0;
        while let Some(end) = self.held_at(next) {
            next = end;
        }
        next
    }

    /// How many draws there are, where none is missing in between.
    pub fn whole(&self) -> Result<u32, Stop> {
        let (there, last) = (self.reach(), self.held.values().map(|it| it.0).max().unwrap_or(0));
        match there {
            0 => Err(Stop::wrong(format!(
                "there are no draws from 0 on in `{}`",
                self.folder.display()
            ))),
            there if there < last => {
                let after = self.held.range(there..).next().map_or(last, |it| *it.0);
                let lost = format!("draws {there} to {} are missing", after - 1);
                Err(Stop::wrong(format!(
                    "`{}`: {lost}; play their shards again",
                    self.folder.display()
                )))
            }
            there => Ok(there),
        }
    }

    /// Joins the first draws into one table at a path, and tells its digest.
    pub fn join(&self, draws: u32, path: &Path) -> Result<String, Stop> {
        let file = File::create(path).map_err(|error| cannot_write(path, &error))?;
        let writing = |error: Error| cannot_write(path, &error);
        let mut writer = Writer::new(self.layout, BufWriter::new(file)).map_err(writing)?;
        let mut next = 0;
        while next < draws {
            let Some((_, (_, part))) = self.held.range(..=next).next_back() else {
                return Err(Stop::wrong(format!("draw {next} is in no part")));
            };
            let before = next;
            for (n, future) in self.read(part)? {
                if n == next && n < draws {
                    writer.push(n, future).map_err(writing)?;
                    next += 1;
                }
            }
            if next == before {
                return Err(Stop::wrong(format!("`{}` lacks draw {next}", part.display())));
            }
        }
        Ok(writer.finish().map_err(writing)?.1)
    }

    fn read(&self, part: &Path) -> Result<Vec<(u32, Future)>, Stop> {
        let bytes = fs::read(part).map_err(|error| cannot_read(part, &error))?;
        let read = Reader::open(self.layout, bytes).and_then(|it| it.futures());
        read.map_err(|error| {
            let why = error.to_string().replacen("Parquet error: ", "", 1);
            Stop::wrong(format!("cannot use `{}`: {why}", part.display()))
        })
    }
}

/// The draws that a part's name promises: `draws-0000000256-0000000512.parquet`.
fn range_of(name: &str) -> Option<Range<u32>> {
    let (first, end) = name.strip_prefix("draws-")?.strip_suffix(".parquet")?.split_once('-')?;
    let (first, end) = (first.parse().ok()?, end.parse().ok()?);
    (first < end).then_some(first..end)
}

fn cannot_read(path: &Path, error: &impl std::fmt::Display) -> Stop {
    Stop::failed(format!("cannot read `{}`: {error}", path.display()))
}

fn cannot_write(path: &Path, error: &impl std::fmt::Display) -> Stop {
    Stop::failed(format!("cannot write `{}`: {error}", path.display()))
}
