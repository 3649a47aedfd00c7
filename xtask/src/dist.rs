//! A release: one program that needs nothing around it, and what belongs to it, in one archive.
//!
//! With the target for musl installed the C library inside is musl, else the GNU one; neither asks
//! for another compiler than the one that builds everything else here.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::archive::{self, Entry};
use crate::{elf, notices, steps};

const MUSL: &str = "x86_64-unknown-linux-musl";
const GNU: &str = "x86_64-unknown-linux-gnu";

/// The story that a finished program must play.
const STORY: [&str; 3] = ["run", "openai-aws", "--quiet"];

/// Shells, and what each calls the file with our completions.
const SHELLS: [(&str, &str); 5] = [
    ("bash", "offtake.bash"),
    ("elvish", "offtake.elv"),
    ("fish", "offtake.fish"),
    ("powershell", "_offtake.ps1"),
    ("zsh", "_offtake"),
];

/// Builds, tries and packs a release; answers with where it is, its size and its digest.
pub fn dist(root: &Path) -> Result<String, String> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err("a release is built on Linux on x86_64".to_owned());
    }
    let target = if has_target(MUSL)? { MUSL } else { GNU };
    eprintln!("==> build for {target}");
    let folder = steps::target_dir()?.join("dist");
    let program = build(root, target)?;
    eprintln!("==> try");
    let bytes = fs::read(&program).map_err(|error| at(&program, &error))?;
    elf::is_static(&bytes)?;
    eprintln!("    it asks for no interpreter and no library");
    let room = folder.join("try");
    let tried = try_alone(&program, &room).and_then(|()| try_in_bare_root(&bytes, &room));
    fs::remove_dir_all(&room).map_err(|error| at(&room, &error))?;
    tried?;
    eprintln!("==> pack");
    let name = format!("offtake-{}-x86_64-linux", env!("CARGO_PKG_VERSION"));
    let archive = archive::pack(&name, contents(root, &program, bytes, target)?)?;
    let path = folder.join(format!("{name}.tar.gz"));
    let partial = path.with_extension("partial");
    fs::write(&partial, &archive).map_err(|error| at(&partial, &error))?;
    fs::rename(&partial, &path).map_err(|error| at(&path, &error))?;
    let size = archive.len();
    Ok(format!("{}\n{size} bytes, SHA-256 {}", path.display(), archive::digest(&archive)))
}

/// What failed, and where.
fn at(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}

/// Whether the compiler has the standard library of a target.
fn has_target(target: &str) -> Result<bool, String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).args(["--print", "sysroot"]).output();
    let output = output.map_err(|error| format!("rustc: {error}"))?;
    let sysroot = String::from_utf8_lossy(&output.stdout);
    Ok(Path::new(sysroot.trim()).join("lib/rustlib").join(target).join("lib").is_dir())
}

/// Builds the program with the C library inside, without symbols and without the names of folders
/// on this machine.
fn build(root: &Path, target: &str) -> Result<PathBuf, String> {
    let flags = [
        "-Ctarget-feature=+crt-static".to_owned(),
        format!("--remap-path-prefix={}=registry", notices::registry().display()),
        format!("--remap-path-prefix={}=offtake", root.display()),
    ];
    let settings = [
        ("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f")),
        ("CARGO_PROFILE_RELEASE_LTO", "thin".to_owned()),
        ("CARGO_PROFILE_RELEASE_DEBUG", "none".to_owned()),
        ("CARGO_PROFILE_RELEASE_STRIP", "symbols".to_owned()),
    ];
    let settings = settings.each_ref().map(|(key, value)| (*key, value.as_str()));
    let args = format!("build --release --locked --package offtake-cli --target {target}");
    steps::cargo(root, &args, &settings)?;
    Ok(steps::target_dir()?.join(target).join("release/offtake"))
}

/// Plays in an empty folder with an empty environment.
fn try_alone(program: &Path, room: &Path) -> Result<(), String> {
    empty(room)?;
    judge(&alone(program, &STORY, room)?)?;
    eprintln!("    it plays openai-aws in an empty folder without an environment");
    Ok(())
}

/// Plays where the root directory holds the program and nothing else, if we may make such a place.
fn try_in_bare_root(bytes: &[u8], room: &Path) -> Result<(), String> {
    empty(room)?;
    let inside = room.join("offtake");
    fs::write(&inside, bytes).map_err(|error| at(&inside, &error))?;
    executable(&inside)?;
    let (chroot, unshare) = (find("chroot"), find("unshare"));
    let root = room.to_string_lossy();
    let mut ways: Vec<(&Path, Vec<&str>)> = Vec::new();
    if let Some(chroot) = &chroot {
        ways.push((chroot, vec![&root, "/offtake"]));
        if let (Some(unshare), Some(chroot)) = (&unshare, chroot.to_str()) {
            ways.push((unshare, vec!["--map-root-user", chroot, &root, "/offtake"]));
        }
    }
    for (way, mut args) in ways {
        let asked = alone(way, &[&args[..], &["--version"]].concat(), room)?;
        // What these say when they are not allowed to.
        if matches!(asked.status.code(), Some(1 | 125)) {
            continue;
        }
        args.extend(STORY);
        judge(&alone(way, &args, room)?)?;
        eprintln!("    it plays openai-aws where the root directory holds nothing else");
        return Ok(());
    }
    eprintln!("    (a bare root directory was not tried: it takes root or user namespaces)");
    Ok(())
}

/// Runs a program in a folder, without an environment.
fn alone(program: &Path, args: &[&str], folder: &Path) -> Result<Output, String> {
    let mut command = Command::new(program);
    command.args(args).env_clear().current_dir(folder).stdin(Stdio::null());
    command.output().map_err(|error| at(program, &error))
}

fn judge(output: &Output) -> Result<(), String> {
    if output.status.success() {
        return Ok(());
    }
    let talk = String::from_utf8_lossy(&output.stderr);
    Err(format!("the finished program ended with {}\n{}", output.status, talk.trim_end()))
}

fn empty(folder: &Path) -> Result<(), String> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(|error| at(folder, &error))?;
    }
    fs::create_dir_all(folder).map_err(|error| at(folder, &error))
}

fn executable(file: &Path) -> Result<(), String> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::Permissions::from_mode(0o755);
        fs::set_permissions(file, mode).map_err(|error| at(file, &error))?;
    }
    Ok(())
}

/// A tool of the system, which may lie where only root looks.
fn find(tool: &str) -> Option<PathBuf> {
    let folders = ["/usr/sbin", "/sbin", "/usr/bin", "/bin"].iter();
    folders.map(|it| Path::new(it).join(tool)).find(|it| it.is_file())
}

/// Everything that goes into the archive; what the program can tell, it tells itself.
fn contents(
    root: &Path,
    program: &Path,
    bytes: Vec<u8>,
    target: &str,
) -> Result<Vec<Entry>, String> {
    let told = |args: &[&str]| {
        let output = alone(program, args, root)?;
        judge(&output)?;
        Ok::<_, String>(output.stdout)
    };
    let mut all = vec![Entry::program("offtake", bytes)];
    for name in ["README.md", "CHANGELOG.md", "LICENSE-MIT", "LICENSE-APACHE"] {
        let path = root.join(name);
        all.push(Entry::text(name, fs::read(&path).map_err(|error| at(&path, &error))?));
    }
    let others = notices::of_others(root, target)?;
    all.push(Entry::text("LICENSES-OF-OTHERS.txt", others.into_bytes()));
    all.push(Entry::text("offtake.schema.json", told(&["schema"])?));
    for (shell, name) in SHELLS {
        all.push(Entry::text(&format!("completions/{name}"), told(&["completions", shell])?));
    }
    Ok(all)
}
