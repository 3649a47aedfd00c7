//! The same page, live: which folder is served, where, and how does it end?
//!
//! Nothing here plays or draws: requests walk through a gate to the verbs' own functions.

mod ask;
mod compare;
mod events;
mod gate;
mod head;
mod home;
mod hours;
mod house;
mod jobs;
mod listen;
mod names;
mod pages;
mod patient;
mod play;
mod refusal;
mod routes;
mod runs;
mod scenarios;
mod seats;
mod token;
mod words;

use std::io::ErrorKind;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use crate::exit::{Exit, Stop};
use crate::out;
use house::{House, Pace};
use token::Token;

/// Show scenarios and saved runs as a live page in the browser.
#[derive(Args)]
#[command(
    after_help = "The page shows the scenarios (*.toml) and the saved runs (runs/) of one folder: \
move an assumption and see what comes of it, compare, edit, play many futures.\n\nOnly programs on this \
machine can open it. With --bind others can too, if they have the token that is then part of the printed \
address. It never asks anything of anybody else.\n\nExample: offtake serve deals --port 8080"
)]
pub struct ServeArgs {
    /// The folder with scenarios and runs.
    #[arg(default_value = ".", value_name = "DIR")]
    folder: PathBuf,
    /// Listen on this port; 0 for any that is free. [default: 4173, or any that is free]
    #[arg(long, value_name = "N")]
    port: Option<u16>,
    /// Listen on this address of the machine.
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    bind: IpAddr,
    /// Save, change and remove nothing.
    #[arg(long)]
    read_only: bool,
}

/// The port, where none is asked for.
const USUAL_PORT: u16 = 4173;
/// What is being done may come to its end for so long, once all is to end.
const LAST_MOMENTS: Duration = Duration::from_secs(10);

/// Serves until it is told to stop.
pub fn serve(args: &ServeArgs) -> Result<Exit, Stop> {
    let listener = listener(args.bind, args.port)?;
    let at = listener.local_addr().map_err(|error| Stop::failed(error.to_string()))?;
    let token = if at.ip().is_loopback() { None } else { Some(Token::new()?) };
    let query = token.as_ref().map_or(String::new(), |it| format!("?token={}", it.as_str()));
    go_into(&args.folder)?;
    let house = Arc::new(House::new(args.read_only, at, token)?);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(house.threads())
        .enable_io()
        .enable_time()
        .build()
        .map_err(|error| Stop::failed(format!("cannot start threads: {error}")))?;
    let end = {
        let _inside = runtime.enter();
        until_stopped()
    };
    let end = end.map_err(|it| Stop::failed(format!("cannot listen for Ctrl-C: {it}")))?;
    let doors = runtime.spawn(listen::listen(listener, Arc::clone(&house)));
    // The stories are checked once, before a page asks for them.
    let ahead = Arc::clone(&house);
    runtime.spawn(async move { ahead.work(Pace::Look, |it| Ok(it.shelf.stories().len())).await });
    let what = if args.read_only { "serving (read-only)" } else { "serving" };
    let (folder, shown) = (house.root().display(), shown(at));
    out::say(&format!("{what} {folder} at http://{shown}/{query} ; Ctrl-C ends it"));
    if at.ip().is_unspecified() {
        let here = shown.ip();
        out::say(&format!(
            "from other machines: with this one's address, as 192.168.1.20, for {here}"
        ));
    }
    runtime.block_on(end);
    doors.abort();
    house.close();
    runtime.shutdown_timeout(LAST_MOMENTS);
    out::say("ended");
    Ok(Exit::Done)
}

/// Names mean in the page what they mean to a verb that is called in the folder.
fn go_into(folder: &Path) -> Result<(), Stop> {
    let shown = folder.display();
    match std::env::set_current_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err(Stop::wrong(format!("there is no folder `{shown}`")))
        }
        Err(error) => Err(Stop::wrong(format!("cannot serve `{shown}`: {error}"))),
        Ok(()) => Ok(()),
    }
}

/// Takes the port that is asked for; where none is, the usual one, or any if that is taken.
fn listener(bind: IpAddr, port: Option<u16>) -> Result<TcpListener, Stop> {
    let bound = TcpListener::bind((bind, port.unwrap_or(USUAL_PORT)));
    let bound = match bound {
        Err(error) if error.kind() == ErrorKind::AddrInUse && port.is_none() => {
            TcpListener::bind((bind, 0))
        }
        other => other,
    };
    bound.map_err(|error| match (error.kind(), port) {
        (ErrorKind::AddrInUse, Some(port)) => {
            Stop::wrong(format!("port {port} is taken; name another, or 0 for any that is free"))
        }
        _ => Stop::wrong(format!("cannot listen on {bind}: {error}")),
    })
}

/// The address as a browser takes it: nobody can call everywhere.
fn shown(at: SocketAddr) -> SocketAddr {
    match at.ip() {
        IpAddr::V4(it) if it.is_unspecified() => (Ipv4Addr::LOCALHOST, at.port()).into(),
        IpAddr::V6(it) if it.is_unspecified() => (std::net::Ipv6Addr::LOCALHOST, at.port()).into(),
        _ => at,
    }
}

/// Waits for Ctrl-C, or until whoever started the program wants it to end.
#[cfg(unix)]
fn until_stopped() -> std::io::Result<impl Future<Output = ()>> {
    use std::task::Poll;
    use tokio::signal::unix::{SignalKind, signal};
    let mut all = [signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?];
    Ok(std::future::poll_fn(move |at| match all.iter_mut().any(|it| it.poll_recv(at).is_ready()) {
        true => Poll::Ready(()),
        false => Poll::Pending,
    }))
}

/// Waits for Ctrl-C.
#[cfg(not(unix))]
fn until_stopped() -> std::io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}
