//! How are connections taken? So many at once, and none that keeps us waiting for its request.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;

use super::house::House;
use super::patient::Patient;
use super::routes;
use super::seats::{Seats, Silence};

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
    let mut seats = Seats::default();
    let patience = house.patience;
    let routes = TowerToHyperService::new(routes::routes(house));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(patience.head).max_buf_size(LARGEST_HEAD);
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(AGAIN).await;
            continue;
        };
        let place = seats.place().await;
        let silence = Silence::begun();
        let (routes, heard) = (routes.clone(), Arc::clone(&silence));
        let service = service_fn(move |request| {
            let (answering, answer) = (heard.broken(), routes.call(request));
            async { answer.await.map(|it| it.map(|body| answering.with(body))) }
        });
        let stream = TokioIo::new(Patient::new(stream, patience.answer));
        let connection = http.serve_connection(stream, service);
        let task = tokio::spawn(async move {
            // A client that goes away in the middle is its own affair.
            let _ = connection.await;
            drop(place);
        });
        seats.take(silence, task.abort_handle());
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpStream;

    use super::*;

    const SHORT: Duration = Duration::from_millis(200);

    /// A client that says so much, waits, and then hears what it is told until it is hung up on.
    fn heard(patience: Patience, said: &str, waits: Duration) -> Vec<u8> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let at = listener.local_addr().expect("an address");
        let mut house = House::new(true, at, None).expect("a folder");
        house.patience = patience;
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(1).enable_all().build().expect("threads");
        runtime.spawn(listen(listener, Arc::new(house)));
        let mut client = TcpStream::connect(at).expect("connected");
        client.set_read_timeout(Some(Duration::from_secs(20))).expect("set");
        client.write_all(said.replace("HOST", &at.to_string()).as_bytes()).expect("sent");
        std::thread::sleep(waits);
        let mut heard = Vec::new();
        let ended = client.read_to_end(&mut heard).map_err(|it| it.kind());
        assert_ne!(ended, Err(std::io::ErrorKind::WouldBlock), "it has more patience than we");
        heard
    }

    fn says(heard: &[u8], what: &str) -> bool {
        String::from_utf8_lossy(heard).contains(what)
    }

    #[test]
    fn whoever_does_not_say_what_it_wants_is_hung_up_on() {
        let patience = Patience { head: SHORT, ..Patience::USUAL };
        for said in ["", "GET / HTTP/1.1\r\nHost: HOST\r\n"] {
            assert!(!says(&heard(patience, said, Duration::ZERO), "200 OK"), "{said:?}");
        }
        // A connection that is kept has no longer to say what else it wants.
        let whole = "GET /app.css HTTP/1.1\r\nHost: HOST\r\n\r\n";
        assert!(says(&heard(patience, whole, Duration::ZERO), "200 OK"));
    }

    #[test]
    fn a_body_that_does_not_come_is_not_waited_for() {
        let patience = Patience { body: SHORT, head: SHORT, ..Patience::USUAL };
        let said = "POST /api/format HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/json\r\n\
            Content-Length: 9\r\n\r\n{";
        assert!(says(&heard(patience, said, Duration::ZERO), "408 Request Timeout"));
    }

    #[test]
    fn whoever_reads_nothing_is_hung_up_on() {
        const ASKED: usize = 60;
        let patience = Patience { answer: SHORT, ..Patience::USUAL };
        let said = "GET /api/catalogue HTTP/1.1\r\nHost: HOST\r\n\r\n".repeat(ASKED);
        let heard = heard(patience, &said, Duration::from_secs(3));
        let answers = String::from_utf8_lossy(&heard).matches("HTTP/1.1 200 OK").count();
        assert!((1..ASKED).contains(&answers), "{answers} answers of a megabyte each");
    }
}
