//! A program that serves, and a client that says exactly what it is told to say.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;

/// `offtake serve`, until this is dropped.
pub struct Server {
    pub child: Child,
    /// As it was printed: with a token, where there is one.
    pub url: String,
    pub at: SocketAddr,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What was answered.
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|it| panic!("{it}: {}", self.body))
    }

    /// The one sentence that says why not.
    pub fn error(&self) -> String {
        self.json()["error"].as_str().expect("a sentence").to_owned()
    }
}

impl Server {
    /// Serves a folder.
    pub fn of(folder: &Path, args: &[&str]) -> Server {
        let mut child = Command::new(env!("CARGO_BIN_EXE_offtake"))
            .args(["serve", "--port", "0"])
            .args(args)
            .current_dir(folder)
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
        let url =
            line.split(' ').find(|it| it.starts_with("http://")).expect("an address").to_owned();
        let host = url.trim_start_matches("http://").split('/').next().unwrap();
        Server { child, at: host.parse().unwrap(), url }
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.at).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream
    }

    /// Sends these very bytes and hears all that is answered.
    pub fn raw(&self, request: &str) -> Answer {
        let mut stream = self.connect();
        // Who is refused early may be hung up on before all is sent.
        let _ = stream.write_all(request.as_bytes());
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        let text = String::from_utf8_lossy(&bytes);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let status = head.split(' ').nth(1).and_then(|it| it.parse().ok()).unwrap_or(0);
        Answer { status, head: head.to_owned(), body: body.to_owned() }
    }

    /// A request with further headers: `Origin: http://evil.example\r\n`.
    pub fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        let (host, long) = (self.at, body.len());
        self.raw(&format!(
            "{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{headers}Content-Length: {long}\r\n\r\n{body}"
        ))
    }

    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, "", "")
    }

    pub fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        self.ask(method, path, "Content-Type: application/json\r\n", &body.to_string())
    }

    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, body)
    }
}
