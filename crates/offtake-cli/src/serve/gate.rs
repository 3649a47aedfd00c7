//! Who may ask, and how much? Every request walks through here before anything is done.
//!
//! A browser lets any page of any site send requests to this machine. So the address that was called must be
//! ours (a foreign name may be made to point here), the page that asks must be ours, what changes something must
//! come in a form that a foreign page cannot send unasked, and whoever is not on this machine shows a token.

use std::future::poll_fn;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderMap, HeaderValue};
use axum::http::{Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

use super::house::House;
use super::refusal::Refusal;

/// No scenario of a person is larger.
const LARGEST_BODY: usize = 4 << 20;
/// The page has its own scripts and styles, and asks nobody else.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
connect-src 'self'; img-src 'self' data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A browser sends our cookie only where our own page leads: so one of ours stands before the page.
const CONTINUE: &str = "<!doctype html><meta charset=\"utf-8\"><title>offtake</title>\
<meta http-equiv=\"refresh\" content=\"0; url=/\"><p><a href=\"/\">offtake</a></p>";

/// Lets a request through, or says why not.
pub async fn gate(State(house): State<Arc<House>>, request: Request, next: Next) -> Response {
    let answer = match admitted(&house, request).await {
        Ok(Admitted::In(request)) => plain(next.run(*request).await),
        Ok(Admitted::Known(cookie)) => {
            ([(header::SET_COOKIE, cookie)], Html(CONTINUE)).into_response()
        }
        Ok(Admitted::Linked) => Html(CONTINUE).into_response(),
        Err(refusal) => refusal.into_response(),
    };
    with_headers(answer)
}

enum Admitted {
    /// It may go on.
    In(Box<Request>),
    /// It brought the token, and gets this cookie for it.
    Known(String),
    /// It follows a link of another site, so that its cookie was held back.
    Linked,
}

async fn admitted(house: &House, request: Request) -> Result<Admitted, Refusal> {
    let (parts, body) = request.into_parts();
    let host = called(house, &parts.headers, &parts.uri)?;
    let is_page = parts.method == Method::GET && parts.uri.path() == "/";
    let is_link = is_page && is_link(&parts.headers);
    from_our_page(&parts.headers, &host, is_link)?;
    match knows(house, &parts.headers, parts.uri.query(), is_page) {
        Ok(None) => {}
        Ok(Some(cookie)) => return Ok(Admitted::Known(cookie)),
        Err(_) if is_link && parts.uri.query().is_none() => return Ok(Admitted::Linked),
        Err(refusal) => return Err(refusal),
    }
    if matches!(parts.method, Method::POST | Method::PUT | Method::PATCH) {
        is_json(&parts.headers)?;
    }
    let whole = tokio::time::timeout(house.patience.body, whole(body)).await;
    let body = whole.unwrap_or_else(|_| {
        Err(Refusal::new(StatusCode::REQUEST_TIMEOUT, "the request took too long to arrive"))
    })?;
    Ok(Admitted::In(Box::new(Request::from_parts(parts, Body::from(body)))))
}

/// The address that was called, which must be ours.
fn called(house: &House, headers: &HeaderMap, uri: &Uri) -> Result<String, Refusal> {
    let mut named = headers.get_all(header::HOST).iter();
    let host = match (named.next(), named.next(), uri.authority()) {
        (Some(one), None, None) => one.to_str().ok(),
        _ => None,
    };
    let name = host.map(|it| it.rsplit_once(':').filter(|it| is_port(it.1)).map_or(it, |it| it.0));
    let is_ours = name.is_some_and(|it| is_ours(house.at.ip(), it));
    let foreign = || {
        Refusal::new(StatusCode::MISDIRECTED_REQUEST, "this address is not the one that is served")
            .help(format!("call http://{}/", house.at))
    };
    host.filter(|_| is_ours).map(str::to_owned).ok_or_else(foreign)
}

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit())
}

/// A name can be made to point anywhere, a number cannot.
fn is_ours(bound: IpAddr, name: &str) -> bool {
    let number = name.strip_prefix('[').and_then(|it| it.strip_suffix(']')).unwrap_or(name);
    match number.parse::<IpAddr>() {
        Ok(it) => it == bound || it.is_loopback() || bound.is_unspecified(),
        Err(_) => name.eq_ignore_ascii_case("localhost"),
    }
}

/// What a browser says of a request.
fn said<'a>(headers: &'a HeaderMap, name: &'static str) -> Option<&'a str> {
    headers.get(name).map(|it| it.to_str().unwrap_or_default())
}

/// Whether somebody followed a link to get here.
fn is_link(headers: &HeaderMap) -> bool {
    said(headers, "sec-fetch-mode") == Some("navigate")
        && said(headers, "sec-fetch-dest") == Some("document")
        && matches!(said(headers, "sec-fetch-site"), Some("cross-site" | "same-site"))
}

/// A page of another origin may link to ours, and no more.
fn from_our_page(headers: &HeaderMap, host: &str, is_link: bool) -> Result<(), Refusal> {
    let own = format!("http://{host}");
    let own_origin = said(headers, "origin").is_none_or(|it| it.eq_ignore_ascii_case(&own));
    let site = said(headers, "sec-fetch-site");
    let own_site = site.is_none_or(|it| matches!(it, "same-origin" | "none"));
    match own_origin && (own_site || is_link) {
        true => Ok(()),
        false => Err(Refusal::new(StatusCode::FORBIDDEN, "another site's page may not ask here")),
    }
}

/// Nothing where the token is not wanted or known already; a cookie for whoever brings it.
fn knows(
    house: &House,
    headers: &HeaderMap,
    query: Option<&str>,
    is_page: bool,
) -> Result<Option<String>, Refusal> {
    let Some(token) = &house.token else { return Ok(None) };
    // Cookies do not know ports: two programs on one machine keep two.
    let name = format!("offtake-{}", house.at.port());
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|it| it.to_str().ok());
    let mut pairs = cookies.flat_map(|it| it.split(';')).filter_map(|it| it.trim().split_once('='));
    if pairs.any(|it| it.0 == name && token.is(it.1)) {
        return Ok(None);
    }
    let told = query.and_then(|it| it.split('&').find_map(|it| it.strip_prefix("token=")));
    match told {
        Some(told) if is_page && token.is(told) => {
            Ok(Some(format!("{name}={told}; HttpOnly; SameSite=Strict; Path=/")))
        }
        _ => Err(Refusal::new(StatusCode::UNAUTHORIZED, "this address wants a token")
            .help("open the address that `offtake serve` printed, token included")),
    }
}

/// A foreign page can send a form or plain text without asking first, but not JSON.
fn is_json(headers: &HeaderMap) -> Result<(), Refusal> {
    let kind =
        headers.get(header::CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    match kind.eq_ignore_ascii_case("application/json") {
        true => Ok(()),
        false => Err(Refusal::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "only JSON is taken")
            .help("send `Content-Type: application/json`")),
    }
}

/// All of a body, or a refusal as soon as it is too much.
async fn whole(mut body: Body) -> Result<Bytes, Refusal> {
    let too_large = || {
        let most = LARGEST_BODY >> 20;
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, format!("more than {most} MB is not taken"))
    };
    if body.size_hint().lower() > LARGEST_BODY as u64 {
        return Err(too_large());
    }
    let mut all = Vec::new();
    while let Some(frame) = poll_fn(|at| Pin::new(&mut body).poll_frame(at)).await {
        let frame = frame.map_err(|_| Refusal::wrong("the request did not arrive whole"))?;
        let Ok(data) = frame.into_data() else { continue };
        if all.len() + data.len() > LARGEST_BODY {
            return Err(too_large());
        }
        all.extend_from_slice(&data);
    }
    Ok(all.into())
}

/// What the router refuses by itself is told as all else is.
fn plain(answer: Response) -> Response {
    let status = answer.status();
    let kind = answer.headers().get(header::CONTENT_TYPE);
    let is_json = kind.is_some_and(|it| it.as_bytes().starts_with(b"application/json"));
    if is_json || !(status.is_client_error() || status.is_server_error()) {
        return answer;
    }
    let why = status.canonical_reason().unwrap_or("refused").to_lowercase();
    Refusal::new(status, format!("the program answers: {why}")).into_response()
}

fn with_headers(mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    let usual = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in usual {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_ours_by_its_number_and_never_by_a_foreign_name() {
        let local: IpAddr = "127.0.0.1".parse().expect("an address");
        let one: IpAddr = "10.1.2.3".parse().expect("an address");
        let every: IpAddr = "0.0.0.0".parse().expect("an address");
        for (bound, name, ours) in [
            (local, "127.0.0.1", true),
            (local, "localhost", true),
            (local, "LOCALHOST", true),
            (local, "[::1]", true),
            (local, "10.1.2.3", false),
            (local, "evil.example", false),
            (local, "localhost.evil.example", false),
            (local, "", false),
            (one, "10.1.2.3", true),
            (one, "10.1.2.4", false),
            (every, "192.168.0.9", true),
            (every, "evil.example", false),
        ] {
            assert_eq!(is_ours(bound, name), ours, "{bound} {name}");
        }
    }
}
