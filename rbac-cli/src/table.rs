//! Columns of text.

use std::io::{self, Write};

use anstyle::Style;

/// Rows of equally many cells, each with its style, below a head.
pub(crate) struct Table<const COLUMNS: usize> {
    head: [&'static str; COLUMNS],
    rows: Vec<[(String, Style); COLUMNS]>,
}

impl<const COLUMNS: usize> Table<COLUMNS> {
    pub(crate) fn new(head: [&'static str; COLUMNS]) -> Self {
        Self {
            head,
            rows: Vec::new(),
        }
    }

    pub(crate) fn row(&mut self, cells: [(String, Style); COLUMNS]) {
        self.rows.push(cells);
    }

    /// Writes it, every column as wide as its widest cell; nothing stands behind the last.
    pub(crate) fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let widths = self.widths();
        let head = self.head.map(|name| (name.to_owned(), Style::new().bold()));
        for row in std::iter::once(&head).chain(&self.rows) {
            let mut cells = row.iter().zip(widths).peekable();
            while let Some(((text, style), width)) = cells.next() {
                write!(out, "{style}{text}{style:#}")?;
                if cells.peek().is_some() {
                    let gap = width.saturating_sub(text.chars().count()).saturating_add(2);
                    write!(out, "{:gap$}", "")?;
                }
            }
            writeln!(out)?;
        }
        Ok(())
    }

    fn widths(&self) -> [usize; COLUMNS] {
        let mut widths = self.head.map(|name| name.chars().count());
        for row in &self.rows {
            for (width, (text, _)) in widths.iter_mut().zip(row) {
                *width = (*width).max(text.chars().count());
            }
        }
        widths
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_no_blank_ends_a_line() {
        let mut table = Table::new(["a", "longer"]);
        table.row([("ü".repeat(4), Style::new()), ("x".into(), Style::new())]);
        let mut out = Vec::new();
        table.write(&mut out).unwrap();
        let plain = anstream::adapter::strip_str(str::from_utf8(&out).unwrap()).to_string();
        assert_eq!(plain, "a     longer\nüüüü  x\n");
    }
}
