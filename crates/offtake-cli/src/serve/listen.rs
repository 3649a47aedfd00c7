//! How are connections taken? So many at once, and none that keeps us waiting for its request.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::sync::Semaphore;

use super::house::House;
use super::patient::Patient;
use super::routes;

/// Connections at once; whoever comes then waits at the door.
const MOST_CONNECTIONS: usize = 64;
/// All headers of a request together.
const LARGEST_HEAD: usize = 32 << 10;
/// A door that cannot be opened, as when the system has no more files, is tried again after this.
const AGAIN: Duration = Duration::from_millis(100);

/// How long a client may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For the head of a request, on a connection that is kept too.
    pub head: Duration,
    /// For its body.
    pub body: Duration,
    /// To read anything of the answer.
    pub answer: Duration,
}

impl Patience {
    /// What is long for a browser on this machine.
    pub const USUAL: Patience = Patience {
        head: Duration::from_secs(10),
        body: Duration::from_secs(30),
        answer: Duration::from_secs(30),
    };
}

/// Takes connections for as long as it is polled.
pub async fn listen(listener: TcpListener, house: Arc<House>) -> std::io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let patience = house.patience;
    let service = TowerToHyperService::new(routes::routes(house));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(patience.head).max_buf_size(LARGEST_HEAD);
    loop {
        let place = Arc::clone(&places).acquire_owned().await;
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(AGAIN).await;
            continue;
        };
        let stream = TokioIo::new(Patient::new(stream, patience.answer));
        let connection = http.serve_connection(stream, service.clone());
        tokio::spawn(async move {
            // A client that goes away in the middle is its own affair.
            let _ = connection.await;
            drop(place);
        });
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;

    use super::*;

    const SHORT: Patience = Patience {
        head: Duration::from_millis(200),
        body: Duration::from_millis(200),
        answer: Duration::from_millis(200),
    };

    /// A client that sends so much and then waits: what it hears until it is hung up on.
    fn heard(sent: &str) -> String {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let at = listener.local_addr().expect("an address");
        let mut house = House::new(true, at, None).expect("a folder");
        house.patience = SHORT;
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("threads");
        runtime.spawn(listen(listener, Arc::new(house)));
        let mut client = TcpStream::connect(at).expect("connected");
        client.set_read_timeout(Some(Duration::from_secs(20))).expect("set");
        client.write_all(sent.replace("HOST", &at.to_string()).as_bytes()).expect("sent");
        let mut heard = String::new();
        client.read_to_string(&mut heard).expect("hung up before we lost patience");
        heard
    }

    #[test]
    fn whoever_does_not_say_what_it_wants_is_hung_up_on() {
        for sent in ["", "GET / HTTP/1.1\r\nHost: HOST\r\n"] {
            assert!(!heard(sent).contains("200 OK"), "{sent:?}");
        }
        // A connection that is kept has no longer to say what else it wants.
        assert!(heard("GET /app.css HTTP/1.1\r\nHost: HOST\r\n\r\n").contains("200 OK"));
    }

    #[test]
    fn a_body_that_does_not_come_is_not_waited_for() {
        let head = "POST /api/format HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/json\r\n";
        assert!(
            heard(&format!("{head}Content-Length: 9\r\n\r\n{{")).contains("408 Request Timeout")
        );
    }
}
