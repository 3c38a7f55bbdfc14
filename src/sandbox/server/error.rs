//! Error replies, in the live API's shape: `{"message", "code", "status", "meta"}` (fact sheet §1.4).

use axum::{
    body::Body,
    http::{HeaderValue, Response, StatusCode, header},
};

use crate::{
    domain::document::{Object, Value},
    sandbox::identity::Refusal,
};

/// What a code of the sandbox means. `41070` and `7003` are the real API's; its other codes are not known, so the rest
/// are the sandbox's own, made of the HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    /// The token was refused.
    Unauthorized,
    /// Refused for another reason than the token: a foreign `Host`, a browser's page.
    Forbidden,
    /// The request or its parameters are wrong.
    Invalid,
    /// No such path.
    NoRoute,
    /// The path has no such method.
    Method,
    /// No such action.
    UnknownAction,
    /// The integration is not connected.
    NotConnected,
    /// The integration's credential is no longer valid.
    Credential,
    /// The body is too large.
    TooLarge,
    /// Too many requests.
    Rate,
    /// The provider refused.
    Provider,
    /// A fault that was asked for.
    Fault,
}

impl Code {
    const fn text(self) -> &'static str {
        match self {
            Self::Unauthorized => "40100",
            Self::Forbidden => "40300",
            Self::Invalid => "40000",
            Self::NoRoute => "40400",
            Self::Method => "40500",
            Self::UnknownAction => "40401",
            Self::NotConnected => "40402",
            Self::Credential => "7003",
            Self::TooLarge => "41300",
            Self::Rate => "42900",
            Self::Provider => "41070",
            Self::Fault => "50000",
        }
    }
}

/// An error about to be answered.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ApiError {
    status: u16,
    code: Code,
    message: Value,
    meta: Object,
    retry_after: Option<u64>,
}

impl ApiError {
    pub(crate) fn new(status: u16, code: Code, message: impl Into<Value>) -> Self {
        Self { status, code, message: message.into(), meta: Object::new(), retry_after: None }
    }

    /// Adds a member to `meta`.
    pub(crate) fn meta(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.meta.insert(key, value);
        self
    }

    /// Adds a `Retry-After` of that many seconds.
    pub(crate) fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The reply, with the request's id in `meta.requestId`.
    pub(crate) fn response(self, request_id: &str) -> Response<Body> {
        let mut meta = self.meta;
        meta.insert("requestId", request_id);
        let body = Object::from_iter([
            ("message", self.message),
            ("code", self.code.text().into()),
            ("status", self.status.into()),
            ("meta", meta.into()),
        ]);
        let mut response = json(self.status, Value::Object(body).to_json().into_bytes());
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        Self::new(401, Code::Unauthorized, refusal.to_string())
    }
}

/// A reply of JSON bytes.
pub(crate) fn json(status: u16, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

/// The reply to the request of that id: a value, or why there is none.
pub(crate) fn answered(answer: Result<Value, ApiError>, request_id: &str) -> Response<Body> {
    match answer {
        Ok(value) => json(200, value.to_json().into_bytes()),
        Err(error) => error.response(request_id),
    }
}
