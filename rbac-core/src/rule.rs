//! The rule of a handler, where it stands, and the list of all of them.

use std::sync::{Mutex, PoisonError};

use crate::actix::DenialAnswer;
use crate::policy::Requirement;

/// What the attribute above one handler says, with the place where it stands.
#[derive(Clone, Debug)]
pub struct Rule {
    site: Site,
    access: Access,
    denial_answer: Option<DenialAnswer>,
}

/// Who may call a handler.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Access {
    /// Anybody; nobody is authenticated.
    Public {
        /// Why the handler is open.
        reason: &'static str,
        /// Whether a caller may log in all the same: no credentials pass, unacceptable ones do not.
        optional_login: bool,
    },
    /// Whoever meets the requirement.
    Protected(Requirement),
}

/// Where a handler stands in the source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Site {
    handler: &'static str,
    module: &'static str,
    file: &'static str,
    line: u32,
    routes: &'static [Route],
}

/// A method and a path pattern that the attribute saw beside itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Route {
    method: &'static str,
    path: &'static str,
}

impl Rule {
    /// The rule of a protected handler.
    #[must_use]
    pub const fn protected(site: Site, requirement: Requirement) -> Self {
        Self {
            site,
            access: Access::Protected(requirement),
            denial_answer: None,
        }
    }

    /// The rule of an open handler.
    #[must_use]
    pub const fn public(site: Site, reason: &'static str) -> Self {
        Self {
            site,
            access: Access::Public {
                reason,
                optional_login: false,
            },
            denial_answer: None,
        }
    }

    /// Lets the callers of an open handler log in: no credentials pass, unacceptable ones do not.
    #[must_use]
    pub const fn optional_login(mut self) -> Self {
        if let Access::Public { optional_login, .. } = &mut self.access {
            *optional_login = true;
        }
        self
    }

    /// Answers denials of this handler with `answer`, in the place of the application's.
    #[must_use]
    pub const fn on_denial(mut self, answer: DenialAnswer) -> Self {
        self.denial_answer = Some(answer);
        self
    }

    pub(crate) const fn denial_answer(&self) -> Option<DenialAnswer> {
        self.denial_answer
    }

    /// Where the handler stands.
    #[must_use]
    pub const fn site(&self) -> &Site {
        &self.site
    }

    /// Who may call it.
    #[must_use]
    pub const fn access(&self) -> &Access {
        &self.access
    }
}

impl Site {
    /// A handler of that name in that module, at that file and line, with the routes in sight.
    #[must_use]
    pub const fn new(
        handler: &'static str,
        module: &'static str,
        file: &'static str,
        line: u32,
        routes: &'static [Route],
    ) -> Self {
        Self {
            handler,
            module,
            file,
            line,
            routes,
        }
    }

    /// The function's name.
    #[must_use]
    pub const fn handler(&self) -> &'static str {
        self.handler
    }

    /// The module's path.
    #[must_use]
    pub const fn module(&self) -> &'static str {
        self.module
    }

    /// The source file, as the compiler names it.
    #[must_use]
    pub const fn file(&self) -> &'static str {
        self.file
    }

    /// The line in the file.
    #[must_use]
    pub const fn line(&self) -> u32 {
        self.line
    }

    /// The routes that the attribute saw; empty when it stands below them.
    #[must_use]
    pub const fn routes(&self) -> &'static [Route] {
        self.routes
    }
}

impl Route {
    /// A method, such as `GET` or `GET|POST`, and a path pattern.
    #[must_use]
    pub const fn new(method: &'static str, path: &'static str) -> Self {
        Self { method, path }
    }

    /// The method or, parted by `|`, the methods.
    #[must_use]
    pub const fn method(&self) -> &'static str {
        self.method
    }

    /// The path pattern.
    #[must_use]
    pub const fn path(&self) -> &'static str {
        self.path
    }
}

/// A rule as it was registered at link time.
#[derive(Debug)]
pub struct Registered(pub &'static Rule);

inventory::collect!(Registered);

/// The rules of rbac-core's own handlers that an application has registered.
static MOUNTED: Mutex<Vec<&'static Rule>> = Mutex::new(Vec::new());

/// Lists a handler of rbac-core's own, once it is registered: linked in are all of them.
pub(crate) fn mount(rule: &'static Rule) {
    let mut mounted = MOUNTED.lock().unwrap_or_else(PoisonError::into_inner);
    if !mounted.iter().any(|known| std::ptr::eq(*known, rule)) {
        mounted.push(rule);
    }
}

/// The rules of all annotated handlers that are linked into this program, ordered by file and line; and those of rbac-core's
/// own handlers, such as [`backchannel_logout`](crate::backchannel_logout), that an application of it has registered by now.
pub fn rules() -> Vec<&'static Rule> {
    let mut rules: Vec<_> = inventory::iter::<Registered>
        .into_iter()
        .map(|registered| registered.0)
        .collect();
    rules.extend(MOUNTED.lock().unwrap_or_else(PoisonError::into_inner).iter());
    rules.sort_unstable_by_key(|rule| (rule.site.file, rule.site.line, rule.site.handler));
    rules
}
