//! What was found, in sentences.

use std::fmt;

use super::{
    AdminBypassFinding, BoundaryFinding, CheckFinding, Conclusion, ConditionFinding, Explanation,
    RolesOfSource, State, StepUpFinding,
};
use crate::text::quoted;

impl Explanation {
    /// The findings in sentences, each of one line: what is not met first, then what there is instead.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let denied = self.conclusion == Conclusion::Deny;
        let mut lines = vec![format!("{}: {}", self.conclusion, self.rule)];
        let leaves = self.condition.leaves();
        let unmet = |leaf: &&ConditionFinding| leaf.state != State::Met;
        // A leaf of an `any` that is met elsewhere is no reason.
        if self.condition.state != State::Met {
            lines.extend(leaves.into_iter().filter(unmet).map(ToString::to_string));
        }
        lines.extend(self.boundaries.iter().map(ToString::to_string));
        lines.extend(self.checks.iter().map(ToString::to_string));
        lines.extend(self.step_up.iter().map(ToString::to_string));
        lines.push(self.admin_bypass.to_string());
        if self.roles.is_empty() {
            lines.push("no roles".to_owned());
        }
        lines.extend(self.roles.iter().map(ToString::to_string));
        if denied {
            lines.extend(self.near_misses.iter().map(ToString::to_string));
        }
        lines.extend(self.notes.iter().cloned());
        lines
    }
}

/// One line: all of [`Explanation::lines`].
impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.lines().join("; "))
    }
}

impl fmt::Display for Conclusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Allow => "allowed",
            Self::AllowByAdminBypass => "allowed by the admin bypass",
            Self::Deny => "denied",
            Self::Open => "open",
        })
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Met => "is met",
            Self::Bypassed => "is answered by the admin bypass",
            Self::Unmet => "is not met",
            Self::Open => "was not looked at",
        })
    }
}

impl fmt::Display for ConditionFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.rule, self.state)?;
        if !self.by.is_empty() {
            write!(f, " by {}", quoted(&self.by))?;
        }
        if !self.granted_by.is_empty() {
            write!(f, " (roles that grant it: {})", quoted(&self.granted_by))?;
        }
        Ok(())
    }
}

impl fmt::Display for BoundaryFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.rule, self.state)?;
        if self.state == State::Open {
            return Ok(());
        }
        let list = |values: &[String]| match values {
            [] => "nothing".to_owned(),
            some => quoted(some),
        };
        let (requested, held) = (list(&self.requested), list(&self.held));
        write!(
            f,
            ": the request names {requested}, the principal's `{}` has {held}",
            self.attribute
        )?;
        match &self.remark {
            Some(remark) => write!(f, "; {remark}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for CheckFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "check = {} {}", self.check, self.state)
    }
}

impl fmt::Display for StepUpFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the login {}",
            if self.state == State::Met {
                "suffices"
            } else {
                "does not suffice"
            }
        )?;
        if let Some(acr) = self.acr {
            let had = self.acr_of_token.as_deref().unwrap_or("absent");
            write!(f, ": `acr` must be `{acr}` and is `{had}`")?;
        }
        let Some(max_age) = self.max_age else {
            return Ok(());
        };
        match self.age {
            Some(age) => write!(f, ": it may be {max_age} s old and is {age} s old by `auth_time`"),
            None => write!(f, ": it may be {max_age} s old, and the token has no `auth_time`"),
        }
    }
}

impl fmt::Display for AdminBypassFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(role) = &self.role else {
            return f.write_str("the configuration has no admin bypass");
        };
        let text = match (self.used, self.switched_off, self.held) {
            (true, ..) => "was used",
            (false, true, true) => "is held, but this rule switches the admin bypass off",
            (false, true, false) => "is not held, and this rule switches the admin bypass off",
            (false, false, true) => "was not needed",
            (false, false, false) => "is not held",
        };
        write!(f, "the admin bypass of the realm role `{role}` {text}")
    }
}

impl fmt::Display for RolesOfSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.client {
            None => f.write_str("realm roles")?,
            Some(client) => write!(f, "roles of the client `{client}`")?,
        }
        if !self.count_as_permissions {
            f.write_str(" (no permissions here)")?;
        }
        write!(f, ": {}", quoted(&self.names))?;
        match self.more {
            0 => Ok(()),
            more => write!(f, " and {more} more"),
        }
    }
}
