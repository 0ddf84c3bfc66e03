//! From text to what it says, each name with its place; nothing is looked up yet.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::MAX_BYTES;
use crate::error::CatalogueError;
use crate::fault::permission_fault;

/// A name and where it stands, as a range of bytes.
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) span: Range<usize>,
}

/// What the text says.
#[derive(Default)]
pub(crate) struct Document {
    pub(crate) permissions: Vec<(Named, String)>,
    pub(crate) roles: Vec<RoleEntry>,
    pub(crate) clients: Vec<(Named, Vec<Named>)>,
}

/// One table below `roles`.
pub(crate) struct RoleEntry {
    pub(crate) name: Named,
    pub(crate) description: String,
    pub(crate) grants: Vec<Named>,
    pub(crate) inherits: Vec<Named>,
}

type Value<'i> = Spanned<DeValue<'i>>;

/// Reads the text.
pub(crate) fn document(text: &str) -> Result<Document, CatalogueError> {
    if text.len() > MAX_BYTES {
        return Err(CatalogueError::at(
            text,
            &(0..0),
            format!("longer than {MAX_BYTES} bytes"),
        ));
    }
    let table = DeTable::parse(text)
        .map_err(|error| CatalogueError::at(text, &error.span().unwrap_or_default(), error.message()))?;
    let reader = Reader { text };
    let mut document = Document::default();
    for (key, value) in table.get_ref() {
        match key.get_ref().as_ref() {
            "permissions" => document.permissions = reader.permissions(value)?,
            "roles" => document.roles = reader.roles(value)?,
            "clients" => document.clients = reader.clients(value)?,
            other => {
                let message =
                    format!("`{other}` means nothing here: write `permissions`, `roles` or `clients`");
                return Err(reader.fault(&key.span(), message));
            }
        }
    }
    Ok(document)
}

struct Reader<'t> {
    text: &'t str,
}

impl Reader<'_> {
    fn permissions(&self, value: &Value<'_>) -> Result<Vec<(Named, String)>, CatalogueError> {
        let entries = self.table(value, "permissions")?.iter();
        entries
            .map(|(key, value)| {
                let name = self.name(key)?;
                if permission_fault(&name.name).is_some() {
                    let message = format!(
                        "`{}` is no permission: write `resource:action`, such as `data:read`",
                        name.name
                    );
                    return Err(self.fault(&name.span, message));
                }
                Ok((name, self.string(value, "a permission's description")?))
            })
            .collect()
    }

    fn roles(&self, value: &Value<'_>) -> Result<Vec<RoleEntry>, CatalogueError> {
        self.table(value, "roles")?
            .iter()
            .map(|(key, value)| self.role(key, value))
            .collect()
    }

    fn role(
        &self,
        key: &Spanned<toml::de::DeString<'_>>,
        value: &Value<'_>,
    ) -> Result<RoleEntry, CatalogueError> {
        let name = self.name(key)?;
        let mut role = RoleEntry {
            name,
            description: String::new(),
            grants: Vec::new(),
            inherits: Vec::new(),
        };
        for (key, value) in self.table(value, "a role")? {
            match key.get_ref().as_ref() {
                "description" => role.description = self.string(value, "`description`")?,
                "grants" => role.grants = self.names(value, "`grants`")?,
                "inherits" => role.inherits = self.names(value, "`inherits`")?,
                other => {
                    let message = format!(
                        "`{other}` means nothing in a role: write `description`, `grants` or `inherits`"
                    );
                    return Err(self.fault(&key.span(), message));
                }
            }
        }
        Ok(role)
    }

    fn clients(&self, value: &Value<'_>) -> Result<Vec<(Named, Vec<Named>)>, CatalogueError> {
        self.table(value, "clients")?
            .iter()
            .map(|(key, value)| {
                let mut roles = Vec::new();
                for (key, value) in self.table(value, "a client")? {
                    match key.get_ref().as_ref() {
                        "roles" => roles = self.names(value, "`roles`")?,
                        other => {
                            let message = format!("`{other}` means nothing in a client: write `roles`");
                            return Err(self.fault(&key.span(), message));
                        }
                    }
                }
                Ok((self.name(key)?, roles))
            })
            .collect()
    }

    fn table<'v, 'i>(&self, value: &'v Value<'i>, what: &str) -> Result<&'v DeTable<'i>, CatalogueError> {
        value
            .get_ref()
            .as_table()
            .ok_or_else(|| self.fault(&value.span(), format!("{what} must be a table")))
    }

    fn names(&self, value: &Value<'_>, what: &str) -> Result<Vec<Named>, CatalogueError> {
        let fault = || self.fault(&value.span(), format!("{what} must be a list of names"));
        let list = value.get_ref().as_array().ok_or_else(fault)?;
        let named = |item: &Value<'_>| {
            let name = item.get_ref().as_str().ok_or_else(fault)?;
            self.named(name, item.span())
        };
        list.iter().map(named).collect()
    }

    fn string(&self, value: &Value<'_>, what: &str) -> Result<String, CatalogueError> {
        let text = value.get_ref().as_str();
        text.map(str::to_owned)
            .ok_or_else(|| self.fault(&value.span(), format!("{what} must be a string")))
    }

    fn name(&self, key: &Spanned<toml::de::DeString<'_>>) -> Result<Named, CatalogueError> {
        self.named(key.get_ref(), key.span())
    }

    fn named(&self, name: &str, span: Range<usize>) -> Result<Named, CatalogueError> {
        if name.is_empty() {
            Err(self.fault(&span, "a name is empty"))
        } else {
            Ok(Named {
                name: name.to_owned(),
                span,
            })
        }
    }

    fn fault(&self, span: &Range<usize>, message: impl Into<String>) -> CatalogueError {
        CatalogueError::at(self.text, span, message)
    }
}
