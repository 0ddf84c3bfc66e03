//! The boundary: within which department, tenant or site a permission holds.

use std::borrow::Cow;
use std::fmt;

/// A boundary: one attribute of the principal must contain the value that the request names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Boundary {
    attribute: &'static str,
    source: Source,
}

/// Where the request names the value of a boundary.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Source {
    /// The path parameter of this name.
    Path(&'static str),
    /// The query parameter of this name.
    Query(&'static str),
    /// The header of this name.
    Header(&'static str),
    /// A Rust expression over the handler's own arguments, as written.
    Argument(&'static str),
}

impl Boundary {
    /// `attribute` must contain the path parameter `parameter`.
    #[must_use]
    pub const fn path(attribute: &'static str, parameter: &'static str) -> Self {
        Self {
            attribute,
            source: Source::Path(parameter),
        }
    }

    /// `attribute` must contain the query parameter `parameter`.
    #[must_use]
    pub const fn query(attribute: &'static str, parameter: &'static str) -> Self {
        Self {
            attribute,
            source: Source::Query(parameter),
        }
    }

    /// `attribute` must contain the value of the header `header`.
    #[must_use]
    pub const fn header(attribute: &'static str, header: &'static str) -> Self {
        Self {
            attribute,
            source: Source::Header(header),
        }
    }

    /// `attribute` must contain the value of `expression`.
    #[must_use]
    pub const fn argument(attribute: &'static str, expression: &'static str) -> Self {
        Self {
            attribute,
            source: Source::Argument(expression),
        }
    }

    /// The principal's attribute.
    #[must_use]
    pub const fn attribute(&self) -> &'static str {
        self.attribute
    }

    /// Where the request names the value.
    #[must_use]
    pub const fn source(&self) -> &Source {
        &self.source
    }

    /// Whether the value is known only once the handler's arguments are.
    pub(crate) const fn is_argument(&self) -> bool {
        matches!(self.source, Source::Argument(_))
    }
}

/// As it is written in the attribute.
impl fmt::Display for Boundary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let attribute = self.attribute;
        match self.source {
            Source::Path(parameter) if parameter == attribute => write!(f, "scope = {attribute:?}"),
            Source::Path(parameter) => write!(f, "scope({attribute:?}, path = {parameter:?})"),
            Source::Query(parameter) => write!(f, "scope({attribute:?}, query = {parameter:?})"),
            Source::Header(header) => write!(f, "scope({attribute:?}, header = {header:?})"),
            Source::Argument(expression) => write!(f, "scope({attribute:?}, value = {expression})"),
        }
    }
}

/// What one request says about the boundaries of a [`Requirement`](super::Requirement), in their order.
///
/// ```
/// use rbac_core::policy::Facts;
///
/// let facts = Facts::default().with(0, vec!["finance".into()]);
/// assert_eq!(facts.values(0), ["finance"]);
/// assert!(facts.values(1).is_empty(), "what nobody said is empty, and an empty value denies");
/// ```
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Facts {
    values: Vec<(usize, Vec<String>)>,
}

impl Facts {
    /// States the values that the request names for the boundary at `index`.
    #[must_use]
    pub fn with(mut self, index: usize, values: Vec<String>) -> Self {
        self.values.push((index, values));
        self
    }

    /// The values stated for the boundary at `index`; empty when there are none.
    #[must_use]
    pub fn values(&self, index: usize) -> &[String] {
        self.stated(index).unwrap_or_default()
    }

    /// The same, with `None` where nothing was stated, not even that there is no value.
    pub(crate) fn stated(&self, index: usize) -> Option<&[String]> {
        let stated = self.values.iter().find(|(at, _)| *at == index);
        stated.map(|(_, values)| values.as_slice())
    }
}

/// A typed value that can name a boundary: strings, numbers, booleans, and `Option`, lists and references of them.
///
/// Implement it for an id of your own through its `Display`:
///
/// ```
/// use std::borrow::Cow;
/// use rbac_core::BoundaryValue;
///
/// struct TenantId(u64);
///
/// impl BoundaryValue for TenantId {
///     fn boundary_values<'a>(&'a self, values: &mut Vec<Cow<'a, str>>) {
///         values.push(Cow::Owned(self.0.to_string()));
///     }
/// }
/// ```
///
/// # Security
/// *Each* value given must be among those of the principal's attribute. No value at all, or an empty one, denies: so
/// `None` and an empty list deny.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot name a boundary",
    label = "no text to compare with the principal's attribute",
    note = "give a string, a number, an `Option` or list of them, or implement `rbac_core::BoundaryValue`"
)]
pub trait BoundaryValue {
    /// Adds the values to compare; adding none denies.
    fn boundary_values<'a>(&'a self, values: &mut Vec<Cow<'a, str>>);
}

impl BoundaryValue for str {
    fn boundary_values<'a>(&'a self, values: &mut Vec<Cow<'a, str>>) {
        values.push(Cow::Borrowed(self));
    }
}

impl BoundaryValue for String {
    fn boundary_values<'a>(&'a self, values: &mut Vec<Cow<'a, str>>) {
        self.as_str().boundary_values(values);
    }
}

impl BoundaryValue for Cow<'_, str> {
    fn boundary_values<'a>(&'a self, values: &mut Vec<Cow<'a, str>>) {
        (**self).boundary_values(values);
    }
}

macro_rules! displayed {
    ($($kind:ty),+) => {$(
        impl BoundaryValue for $kind {
            fn boundary_values<'a>(&'a self, values: &mut Vec<Cow<'a, str>>) {
                values.push(Cow::Owned(self.to_string()));
            }
        }
    )+};
}
displayed!(
    u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, bool, char
);

macro_rules! pointed_to {
    ($($kind:ty),+) => {$(
        impl<T: BoundaryValue + ?Sized> BoundaryValue for $kind {
            fn boundary_values<'a>(&'a self, values: &mut Vec<Cow<'a, str>>) {
                (**self).boundary_values(values);
            }
        }
    )+};
}
pointed_to!(&T, &mut T, Box<T>, std::rc::Rc<T>, std::sync::Arc<T>);

impl<T: BoundaryValue> BoundaryValue for Option<T> {
    fn boundary_values<'a>(&'a self, values: &mut Vec<Cow<'a, str>>) {
        if let Some(value) = self {
            value.boundary_values(values);
        }
    }
}

impl<T: BoundaryValue> BoundaryValue for [T] {
    fn boundary_values<'a>(&'a self, values: &mut Vec<Cow<'a, str>>) {
        for value in self {
            let before = values.len();
            value.boundary_values(values);
            // A `None` within a list must not vanish behind its neighbours: it denies as an empty value.
            if values.len() == before {
                values.push(Cow::Borrowed(""));
            }
        }
    }
}

impl<T: BoundaryValue> BoundaryValue for Vec<T> {
    fn boundary_values<'a>(&'a self, values: &mut Vec<Cow<'a, str>>) {
        self.as_slice().boundary_values(values);
    }
}

impl<T: BoundaryValue, const N: usize> BoundaryValue for [T; N] {
    fn boundary_values<'a>(&'a self, values: &mut Vec<Cow<'a, str>>) {
        self.as_slice().boundary_values(values);
    }
}

impl<T: BoundaryValue> BoundaryValue for actix_web::web::Path<T> {
    fn boundary_values<'a>(&'a self, values: &mut Vec<Cow<'a, str>>) {
        (**self).boundary_values(values);
    }
}
