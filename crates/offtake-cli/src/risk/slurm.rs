//! How are the parts played on a Slurm cluster? As a job array in a folder that every node sees: a
//! task plays its shard, what a lost task leaves undone is submitted again, the joining is ours.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::thread::sleep;
use std::time::Duration;

use crate::exit::Stop;
use crate::out;

/// How often lost tasks are submitted anew.
const ROUNDS: usize = 4;
const PAUSE: Duration = Duration::from_secs(1);

/// A job array whose tasks each play one shard.
pub struct Array {
    /// The call that a task makes, but for its shard and where to.
    pub call: Vec<String>,
    /// Where parts and logs go.
    pub folder: PathBuf,
    /// How many shards there are.
    pub tasks: u32,
    /// What else sbatch is told: partition, account, time.
    pub options: Vec<String>,
}

impl Array {
    /// Submits, waits, and submits again what was lost, until `undone` names no shard any more.
    pub fn play(&self, undone: impl Fn() -> Result<Vec<u32>, Stop>) -> Result<(), Stop> {
        for _ in 0..ROUNDS {
            let left = undone()?;
            if left.is_empty() {
                return Ok(());
            }
            let id = self.submit(&left)?;
            out::say(&format!("submitted {} tasks as job {id}", left.len()));
            self.wait(&id, &undone)?;
        }
        match undone()?.as_slice() {
            [] => Ok(()),
            left => {
                let logs = self.folder.join("task-*.log");
                let why = format!(
                    "{} tasks were lost {ROUNDS} times; see {}",
                    left.len(),
                    logs.display()
                );
                Err(Stop::failed(format!("{why}; the same call goes on where this stopped")))
            }
        }
    }

    /// Hands the array to sbatch and returns the job's number.
    fn submit(&self, shards: &[u32]) -> Result<String, Stop> {
        let list: Vec<String> = shards.iter().map(u32::to_string).collect();
        let mut sbatch = Command::new("sbatch");
        sbatch
            .args(["--parsable", "--job-name=offtake-risk"])
            .arg(format!("--array={}", list.join(",")))
            .arg(format!("--output={}", self.folder.join("task-%a.log").display()))
            .arg(format!("--chdir={}", self.folder.display()))
            .args(&self.options);
        let said = answered(sbatch, &self.script())?;
        // `123;cluster` on a federation.
        Ok(said.trim().split(';').next().unwrap_or_default().to_owned())
    }

    fn script(&self) -> String {
        let call: Vec<String> = self.call.iter().map(|it| quoted(it)).collect();
        let shard = format!("\"$SLURM_ARRAY_TASK_ID/{}\"", self.tasks);
        format!(
            "#!/bin/sh\nexec {} --shard {shard} --out {}\n",
            call.join(" "),
            quoted(&self.folder.to_string_lossy())
        )
    }

    /// Waits until the array has left the queue, or nothing is left to do.
    fn wait(&self, id: &str, undone: &impl Fn() -> Result<Vec<u32>, Stop>) -> Result<(), Stop> {
        loop {
            sleep(PAUSE);
            let mut squeue = Command::new("squeue");
            squeue.args(["--noheader", "--format=%T", "--jobs", id]);
            let queue = run(squeue, "");
            // A job that Slurm has forgotten is an error to squeue; a controller that restarts is too,
            // and then the parts tell.
            let waits = match &queue {
                Ok(said) if said.status.success() => !said.stdout.is_empty(),
                Ok(said) => !String::from_utf8_lossy(&said.stderr).contains("Invalid job id"),
                Err(_) => true,
            };
            if !waits || undone()?.is_empty() {
                return Ok(());
            }
        }
    }
}

/// What a program prints, where it ends well.
fn answered(command: Command, input: &str) -> Result<String, Stop> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = run(command, input).map_err(|error| {
        Stop::failed(format!("cannot call `{name}`: {error}; is this a Slurm cluster?"))
    })?;
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(Stop::failed(format!("`{name}` refused: {why}")));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn run(mut command: Command, input: &str) -> std::io::Result<Output> {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn()?;
    if let Some(mut stdin) = child.stdin.take() {
        // Who does not read his input will say why.
        let _ = stdin.write_all(input.as_bytes());
    }
    child.wait_with_output()
}

/// A word of a shell's command line.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// A path that means the same wherever it is used.
pub fn absolute(path: &Path) -> Result<PathBuf, Stop> {
    std::path::absolute(path)
        .map_err(|error| Stop::failed(format!("`{}`: {error}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_called_as_it_was_asked_for() {
        let array = Array {
            call: vec!["/bin/offtake".to_owned(), "risk".to_owned(), "it's mine.toml".to_owned()],
            folder: PathBuf::from("/shared/parts"),
            tasks: 64,
            options: Vec::new(),
        };
        assert_eq!(
            array.script(),
            "#!/bin/sh\nexec '/bin/offtake' 'risk' 'it'\\''s mine.toml' --shard \
             \"$SLURM_ARRAY_TASK_ID/64\" --out '/shared/parts'\n"
        );
    }
}
