//! How does a command end? The exit codes that scripts rely on, and the one line that says why.

use std::fmt;
use std::process::ExitCode;

/// The exit codes, in the words of the interface. Never renumbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// What was asked for is done.
    Done = 0,
    /// It failed while running: disk, permission, a fault of ours.
    Failed = 1,
    /// The input or the call is wrong.
    Wrong = 2,
    /// An `expect` of the scenario did not hold.
    NotHeld = 3,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit as u8)
    }
}

/// Why a command stopped before it was done.
#[derive(Debug, PartialEq, Eq)]
pub struct Stop {
    /// Whose fault it is.
    pub exit: Exit,
    /// One line, printed to the terminal after `error:`.
    pub message: String,
}

impl Stop {
    /// The input or the call is wrong.
    pub fn wrong(message: impl Into<String>) -> Self {
        Stop { exit: Exit::Wrong, message: message.into() }
    }

    /// Everything has been told already.
    pub fn told(exit: Exit) -> Self {
        Stop { exit, message: String::new() }
    }

    /// It failed while running.
    pub fn failed(message: impl Into<String>) -> Self {
        Stop { exit: Exit::Failed, message: message.into() }
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error: {}", self.message)
    }
}
