//! The page itself: built files that are part of the program.

use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;

/// `/`
pub async fn page() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/html; charset=utf-8")], include_str!("../../web-dist/app.html"))
}

/// `/app.js`
pub async fn script() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/javascript; charset=utf-8")], include_str!("../../web-dist/app.js"))
}

/// `/app.css`
pub async fn style() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("../../web-dist/app.css"))
}
