//! No token, secret or key leaves by a log, a message or an answer.
