//! Does a study on a real Slurm come to the same when a node dies in the middle? Wants the test bed
//! that may lie beside the project, and root; without them the step is skipped, and says so.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::files;

/// A folder with `up`, which starts a Slurm on this machine, and `down`, which ends it.
const BED: &str = "../shared/slurm";
const CLUSTER: &str = "aws";
/// The node that dies.
const VICTIM: &str = "aws-n2";
/// Who submits: the bed makes this user.
const USER: &str = "offtake";
const TASKS: &str = "8";
const STUDY: [&str; 6] = ["risk", "openai-aws", "--draws", "1000", "--quiet", "--out"];
/// As long as anything may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// Plays a study as a job array, kills a node in the middle, and holds the result against that of
/// this machine alone.
pub fn loses_a_node(root: &Path, program: &Path) -> Result<String, String> {
    let bed = root.join(BED);
    if !bed.join("up").exists() {
        return Ok(format!("Slurm skipped: no test bed in {BED}"));
    }
    if fs::metadata("/proc/self").map_or(true, |it| it.uid() != 0) {
        return Ok("Slurm skipped: its test bed wants root".to_owned());
    }
    let bed = Bed::up(bed)?;
    let program = bed.lend(program)?;
    let mut cluster = bed.call(&program, "cluster");
    cluster.args(["--on", "slurm", "--tasks", TASKS, "--sbatch=--exclusive"]);
    let child = cluster.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let told = lose(&bed, child.map_err(|why| why.to_string())?, &program)?;
    answered(bed.call(&program, "alone"))?;
    if files(&bed.study().join("cluster"))? != files(&bed.study().join("alone"))? {
        return Err("a cluster and one machine came to different bytes".to_owned());
    }
    Ok(format!("Slurm lost a node, {told}; the same bytes as one machine's"))
}

/// Waits until the victim plays and something is kept, kills it, waits for the end of the call.
fn lose(bed: &Bed, mut call: Child, program: &Path) -> Result<String, String> {
    let began = Instant::now();
    let tasks = loop {
        let tasks = playing(program, &bed.slurm(&format!("squeue -h -t R -w {VICTIM} -o %K"))?);
        if !tasks.is_empty() && bed.parts() > 0 {
            break tasks;
        }
        if call.try_wait().map_err(|why| why.to_string())?.is_some() || began.elapsed() > PATIENCE {
            // Killing what has ended does nothing.
            let _ = call.kill();
            let output = call.wait_with_output().map_err(|why| why.to_string())?;
            return Err(format!("no node was there to be killed in the middle: {}", said(&output)));
        }
        sleep(Duration::from_millis(20));
    };
    let user = answered(Command::new("id").args(["-u", USER]))?;
    let runs_as = |pid: &u32| fs::metadata(format!("/proc/{pid}")).map(|it| it.uid().to_string());
    if tasks.iter().map(runs_as).any(|it| it.is_ok_and(|it| it != user)) {
        return Err(format!("a task does not run as who submitted it, {USER}"));
    }
    bed.kill_node(VICTIM, &tasks)?;
    let kept = bed.parts();
    let output = call.wait_with_output().map_err(|why| why.to_string())?;
    match output.status.success() {
        true => Ok(format!("with {kept} parts kept and tasks run as {USER}")),
        false => Err(format!("the call on Slurm failed: {}", said(&output))),
    }
}

/// Processes of the program that play one of these shards.
fn playing(program: &Path, shards: &str) -> Vec<u32> {
    let shards: Vec<String> = shards.lines().map(|it| format!("{it}/{TASKS}")).collect();
    let plays = |pid: &u32| {
        let call = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let words: Vec<_> = call.split(|it| *it == 0).map(String::from_utf8_lossy).collect();
        words[0] == program.to_string_lossy()
            && words.windows(2).any(|it| it[0] == "--shard" && shards.iter().any(|s| *s == it[1]))
    };
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    processes.filter_map(|it| it.file_name().to_str()?.parse().ok()).filter(plays).collect()
}

/// A Slurm of our own; it ends with this value.
struct Bed {
    scripts: PathBuf,
    state: PathBuf,
}

impl Bed {
    fn up(scripts: PathBuf) -> Result<Self, String> {
        // Users of the cluster must be able to enter it.
        let state = std::env::temp_dir().join(format!("offtake-world-{}", std::process::id()));
        let bed = Self { scripts, state };
        answered(bed.script("up"))?;
        fs::create_dir(bed.study()).map_err(|why| why.to_string())?;
        answered(Command::new("chown").arg(USER).arg(bed.study()))?;
        Ok(bed)
    }

    fn script(&self, name: &str) -> Command {
        let mut script = Command::new(self.scripts.join(name));
        script
            .env("OFFTAKE_SLURM_STATE", &self.state)
            .env("OFFTAKE_SLURM_PORT_BASE", "23000")
            .env("OFFTAKE_SLURM_CLUSTERS", format!("{CLUSTER}:h100"))
            .env("OFFTAKE_SLURM_NODES", "4")
            .env("OFFTAKE_SLURM_ACCOUNTING", "filetxt");
        script
    }

    fn study(&self) -> PathBuf {
        self.state.join("study")
    }

    /// The program where every user may call it.
    fn lend(&self, program: &Path) -> Result<PathBuf, String> {
        let lent = self.state.join("offtake");
        fs::copy(program, &lent).map_err(|why| why.to_string())?;
        fs::set_permissions(&lent, fs::Permissions::from_mode(0o755))
            .map_err(|why| why.to_string())?;
        Ok(lent)
    }

    /// A call of the study, as a user of the cluster makes it.
    fn call(&self, program: &Path, out: &str) -> Command {
        let mut call = Command::new("setpriv");
        call.args([&format!("--reuid={USER}"), &format!("--regid={USER}"), "--clear-groups"])
            .arg(program)
            .args(STUDY)
            .arg(out)
            .env("SLURM_CONF", self.settings())
            .current_dir(self.study());
        call
    }

    fn settings(&self) -> PathBuf {
        self.state.join(CLUSTER).join("etc/slurm.conf")
    }

    /// Parts that lie in the working folder.
    fn parts(&self) -> usize {
        let entries = |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten();
        let working = entries(&self.study()).filter(|it| it.path().is_dir());
        working.map(|it| entries(&it.path()).filter(is_part).count()).sum()
    }

    /// The node is gone, and what ran on it; Slurm is told at once, as it would see itself in time.
    fn kill_node(&self, node: &str, tasks: &[u32]) -> Result<(), String> {
        let daemon = fs::read_to_string(self.state.join("pids").join(node));
        let daemon = daemon.map_err(|why| format!("{node}: {why}"))?;
        let daemon = daemon.split_whitespace().next().unwrap_or_default().to_owned();
        answered(Command::new("kill").args(["-9", &daemon]))?;
        // A task that has just ended needs no killing.
        let _ = answered(Command::new("kill").arg("-9").args(tasks.iter().map(u32::to_string)));
        self.slurm(&format!("scontrol update nodename={node} state=down reason=killed")).map(|_| ())
    }

    /// What a command of the cluster prints.
    fn slurm(&self, words: &str) -> Result<String, String> {
        let mut words = words.split(' ');
        let mut command = Command::new(words.next().unwrap_or_default());
        answered(command.args(words).env("SLURM_CONF", self.settings()))
    }
}

impl Drop for Bed {
    fn drop(&mut self) {
        if let Err(why) = answered(self.script("down").arg("--purge")) {
            eprintln!("the Slurm in {} is still up: {why}", self.state.display());
        }
    }
}

fn is_part(it: &fs::DirEntry) -> bool {
    it.file_name().to_string_lossy().starts_with("draws-")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).trim().to_owned()
}

/// What a command prints, where it ends well.
fn answered(mut command: impl std::borrow::BorrowMut<Command>) -> Result<String, String> {
    let command = command.borrow_mut();
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.stdin(Stdio::null()).output().map_err(|why| format!("{name}: {why}"))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned()),
        false => Err(format!("{name}: {}", said(&output))),
    }
}
