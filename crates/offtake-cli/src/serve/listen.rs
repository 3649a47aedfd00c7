//! How are connections taken? So many at once, and none that keeps us waiting for its request.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::sync::Semaphore;

use super::house::House;
use super::routes;

/// Connections at once; whoever comes then waits at the door.
const MOST_CONNECTIONS: usize = 64;
/// The head of a request comes within this, on a connection that is kept too.
const HEAD_COMES_WITHIN: Duration = Duration::from_secs(10);
/// All headers of a request together.
const LARGEST_HEAD: usize = 32 << 10;
/// A door that cannot be opened, as when the system has no more files, is tried again after this.
const AGAIN: Duration = Duration::from_millis(100);

/// Takes connections for as long as it is polled.
pub async fn listen(listener: TcpListener, house: Arc<House>) -> std::io::Result<()> {
    listener.set_nonblocking(true)?;
    let listener = tokio::net::TcpListener::from_std(listener)?;
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    let service = TowerToHyperService::new(routes::routes(house));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_COMES_WITHIN).max_buf_size(LARGEST_HEAD);
    loop {
        let place = Arc::clone(&places).acquire_owned().await;
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(AGAIN).await;
            continue;
        };
        let connection = http.serve_connection(TokioIo::new(stream), service.clone());
        tokio::spawn(async move {
            // A client that goes away in the middle is its own affair.
            let _ = connection.await;
            drop(place);
        });
    }
}
