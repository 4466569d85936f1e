//! Responses, including those to messages that the server does not understand.

use std::fmt::Display;

use lsp_server::{ErrorCode, ResponseError};
use serde_json::{Value, json};

/// Returns the result of a request, or the error to respond with.
pub(super) type Answer<T> = Result<T, ResponseError>;

/// Returns an error response to a message whose request is unknown.
///
/// A message that is not JSON has `is_json` unset.
pub(super) fn rejection(is_json: bool, problem: impl Display) -> Value {
    let code = if is_json {
        ErrorCode::InvalidRequest
    } else {
        ErrorCode::ParseError
    };
    json!({"jsonrpc": "2.0", "id": null, "error": error(code, problem)})
}

/// Returns the error of a response.
pub(super) fn error(code: ErrorCode, message: impl Display) -> ResponseError {
    ResponseError {
        code: code as i32,
        message: message.to_string(),
        data: None,
    }
}

pub(super) fn method_not_found(method: &str) -> ResponseError {
    error(ErrorCode::MethodNotFound, format_args!("there is no method `{method}`"))
}

pub(super) fn invalid_params(problem: impl Display) -> ResponseError {
    error(ErrorCode::InvalidParams, problem)
}

pub(super) fn cancelled() -> ResponseError {
    error(ErrorCode::RequestCanceled, "the request was cancelled")
}
