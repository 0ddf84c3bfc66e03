//! All that a handler demands.

use std::fmt;

use super::{Boundary, Condition};

/// All that a protected handler demands of its caller: what the attribute says, as data.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Requirement {
    condition: Condition,
    boundaries: &'static [Boundary],
    checks: &'static [&'static str],
    admin_bypass: bool,
    fresh: bool,
    acr: Option<&'static str>,
    max_age: Option<u64>,
}

impl Requirement {
    /// Demands `condition` and no more; the admin bypass is on.
    #[must_use]
    pub const fn new(condition: Condition) -> Self {
        let (boundaries, checks): (&[Boundary], &[&str]) = (&[], &[]);
        Self {
            condition,
            boundaries,
            checks,
            admin_bypass: true,
            fresh: false,
            acr: None,
            max_age: None,
        }
    }

    /// Demands each of `boundaries` as well.
    #[must_use]
    pub const fn boundaries(mut self, boundaries: &'static [Boundary]) -> Self {
        self.boundaries = boundaries;
        self
    }

    /// Names the checks that the handler runs over its own arguments.
    #[must_use]
    pub const fn checks(mut self, names: &'static [&'static str]) -> Self {
        self.checks = names;
        self
    }

    /// Turns the admin bypass off.
    #[must_use]
    pub const fn without_admin_bypass(mut self) -> Self {
        self.admin_bypass = false;
        self
    }

    /// Asks the issuer about the token at each request.
    #[must_use]
    pub const fn fresh(mut self) -> Self {
        self.fresh = true;
        self
    }

    /// Demands the authentication context class `acr` (RFC 9470).
    #[must_use]
    pub const fn acr(mut self, acr: &'static str) -> Self {
        self.acr = Some(acr);
        self
    }

    /// Demands a login no older than `seconds` (RFC 9470).
    #[must_use]
    pub const fn max_age(mut self, seconds: u64) -> Self {
        self.max_age = Some(seconds);
        self
    }

    /// The permissions and roles.
    #[must_use]
    pub const fn condition(&self) -> &Condition {
        &self.condition
    }

    /// The boundaries, in the order in which they are written.
    #[must_use]
    pub const fn boundary_list(&self) -> &'static [Boundary] {
        self.boundaries
    }

    /// The names of the checks, in the order in which they are written.
    #[must_use]
    pub const fn check_names(&self) -> &'static [&'static str] {
        self.checks
    }

    /// Whether an admin passes permissions, boundaries and checks.
    #[must_use]
    pub const fn admin_bypass(&self) -> bool {
        self.admin_bypass
    }

    /// Whether the issuer is asked at each request.
    #[must_use]
    pub const fn is_fresh(&self) -> bool {
        self.fresh
    }

    /// The authentication context class demanded.
    #[must_use]
    pub const fn acr_value(&self) -> Option<&'static str> {
        self.acr
    }

    /// The greatest age of the login, in seconds.
    #[must_use]
    pub const fn max_age_seconds(&self) -> Option<u64> {
        self.max_age
    }
}

/// As it is written in the attribute.
impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.condition)?;
        for boundary in self.boundaries {
            write!(f, ", {boundary}")?;
        }
        for check in self.checks {
            write!(f, ", check = {check}")?;
        }
        if !self.admin_bypass {
            f.write_str(", admin_bypass = false")?;
        }
        if self.fresh {
            f.write_str(", fresh")?;
        }
        if let Some(acr) = self.acr {
            write!(f, ", acr = {acr:?}")?;
        }
        if let Some(seconds) = self.max_age {
            write!(f, ", max_age = \"{seconds}s\"")?;
        }
        Ok(())
    }
}
