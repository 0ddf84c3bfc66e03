//! Lines of whatever somebody sends, in bounded memory.

use std::io::{self, BufRead};

/// One line, without its end: `\n` or `\r\n`.
#[derive(PartialEq, Eq, Debug)]
pub(crate) enum Line<'l> {
    /// Text.
    Text(&'l str),
    /// Longer than the limit; the rest of it was read and thrown away.
    TooLong,
    /// Bytes that are not UTF-8.
    NotText,
}

/// Splits a stream into lines of which it keeps one at a time, and of a long one no more than the limit.
pub(crate) struct Lines<R> {
    reader: R,
    line: Vec<u8>,
    limit: usize,
}

impl<R: BufRead> Lines<R> {
    /// Lines of at most `limit` bytes, their ends not counted.
    pub(crate) fn new(reader: R, limit: usize) -> Self {
        Self {
            reader,
            line: Vec::new(),
            limit,
        }
    }

    /// The next line; `None` at the end of the stream. A last line without an end is one too.
    pub(crate) fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        self.line.clear();
        let (mut length, mut ended) = (0_usize, false);
        while !ended {
            let chunk = match self.reader.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                chunk => chunk?,
            };
            if chunk.is_empty() {
                break;
            }
            let mut parts = chunk.splitn(2, |byte| *byte == b'\n');
            let part = parts.next().unwrap_or_default();
            ended = parts.next().is_some();
            // INVARIANT: what is kept is bounded, two bytes beyond the limit for the end of the line to be told from more.
            let room = self.limit.saturating_add(2).saturating_sub(self.line.len());
            self.line.extend(part.iter().take(room));
            length = length.saturating_add(part.len());
            let used = part.len().saturating_add(usize::from(ended));
            self.reader.consume(used);
        }
        Ok((length > 0 || ended).then(|| self.judge(length, ended)))
    }

    fn judge(&self, length: usize, ended: bool) -> Line<'_> {
        let whole = (length == self.line.len()).then_some(self.line.as_slice());
        let content = whole.map(|line| match line {
            [content @ .., b'\r'] if ended => content,
            content => content,
        });
        match content.filter(|content| content.len() <= self.limit) {
            None => Line::TooLong,
            Some(content) => str::from_utf8(content).map_or(Line::NotText, Line::Text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufReader, Read, repeat};

    fn read(input: &[u8], limit: usize, capacity: usize) -> Vec<String> {
        let mut lines = Lines::new(BufReader::with_capacity(capacity, input), limit);
        let mut all = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            all.push(match line {
                Line::Text(text) => text.to_owned(),
                Line::TooLong => "<too long>".to_owned(),
                Line::NotText => "<not text>".to_owned(),
            });
        }
        all
    }

    #[test]
    fn every_line_comes_once_whatever_the_buffer_cuts() {
        let input = b"a\n\nbc\r\n\r\n1234\n12345\nx\ry\n\xff\n\r\r\nlast\r";
        let expected = [
            "a",
            "",
            "bc",
            "",
            "1234",
            "<too long>",
            "x\ry",
            "<not text>",
            "\r",
            "<too long>",
        ];
        for capacity in 1..input.len() + 2 {
            assert_eq!(read(input, 4, capacity), expected, "{capacity}");
        }
    }

    #[test]
    fn an_empty_stream_has_no_line_and_an_end_alone_is_an_empty_one() {
        assert!(read(b"", 4, 8).is_empty());
        assert_eq!(read(b"\n", 4, 8), [""]);
        assert_eq!(read(b"\r", 4, 8), ["\r"]);
    }

    #[test]
    fn a_line_of_a_hundred_megabytes_is_not_kept() {
        let input = repeat(b'a').take(100_000_000).chain(&b"\nnext\n"[..]);
        let mut lines = Lines::new(BufReader::new(input), 8);
        assert_eq!(lines.next().unwrap(), Some(Line::TooLong));
        assert!(lines.line.capacity() < 64, "{}", lines.line.capacity());
        assert_eq!(lines.next().unwrap(), Some(Line::Text("next")));
        assert_eq!(lines.next().unwrap(), None);
    }
}
