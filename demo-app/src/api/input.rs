//! What a body may say.

use crate::problem::AppError;

/// The most characters of a title or a department.
const LONGEST: usize = 200;

/// A title without blanks around it.
///
/// # Errors
/// It is empty, too long, or holds control characters.
pub(super) fn check_title(title: &str) -> Result<String, AppError> {
    let title = title.trim();
    check_text("title", title)?;
    Ok(title.to_owned())
}

/// # Errors
/// The department is empty, too long, or holds control characters.
pub(super) fn check_department(department: &str) -> Result<(), AppError> {
    check_text("department", department)
}

/// # Errors
/// It is no number that can be added up.
pub(super) fn check_number(value: f64) -> Result<(), AppError> {
    if value.is_finite() {
        Ok(())
    } else {
        Err(AppError::Invalid("value must be a finite number".to_owned()))
    }
}

fn check_text(field: &str, text: &str) -> Result<(), AppError> {
    let fault = match text {
        "" => "must not be empty",
        long if long.chars().count() > LONGEST => "must have at most 200 characters",
        odd if odd.chars().any(char::is_control) => "must not hold control characters",
        _ => return Ok(()),
    };
    Err(AppError::Invalid(format!("{field} {fault}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_text_of_a_sane_length() {
        assert_eq!(check_title("  Revenue  ").unwrap(), "Revenue");
        assert_eq!(check_title(&"x".repeat(200)).unwrap().len(), 200);
        for title in ["", "  ", "a\nb", "a\u{0}b", &"x".repeat(201)] {
            assert!(check_title(title).is_err(), "{title:?}");
        }
    }

    #[test]
    fn a_value_is_finite() {
        assert!(check_number(-1.5).is_ok());
        assert!(check_number(f64::NAN).is_err() && check_number(f64::INFINITY).is_err());
    }
}
