//! What somebody who misspelt a name may have meant.

/// The declared names nearest to `name`, best first, at most three; none when all are far.
///
/// ```
/// assert_eq!(rbac_catalogue::nearest("data:raed", ["data:read", "data:write", "users:manage"]), ["data:read"]);
/// assert!(rbac_catalogue::nearest("xyz", ["data:read"]).is_empty());
/// ```
pub fn nearest<'a>(name: &str, declared: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let limit = name.chars().count().div_ceil(3).clamp(1, 4);
    let mut found: Vec<(usize, &str)> = declared
        .into_iter()
        .map(|other| (distance(name, other), other))
        .filter(|(far, _)| *far <= limit)
        .collect();
    found.sort_unstable();
    found.into_iter().take(3).map(|(_, other)| other).collect()
}

/// How many characters must be put in, taken out, exchanged or swapped with their neighbour (Damerau and Levenshtein);
/// another case counts nothing, for that is the commonest slip.
fn distance(one: &str, other: &str) -> usize {
    let letters = |text: &str| -> Vec<char> { text.to_lowercase().chars().collect() };
    let (one, other) = (letters(one), letters(other));
    let mut above: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.iter().enumerate() {
        let mut next = vec![at + 1];
        for (column, candidate) in other.iter().enumerate() {
            let cell = |row: &[usize], column: usize| row.get(column).copied().unwrap_or(usize::MAX - 1);
            let exchanged = cell(&row, column) + usize::from(letter != candidate);
            let cheapest = exchanged
                .min(cell(&row, column + 1) + 1)
                .min(cell(&next, column) + 1);
            let swapped = at > 0
                && column > 0
                && one.get(at - 1) == Some(candidate)
                && other.get(column - 1) == Some(letter);
            next.push(if swapped {
                cheapest.min(cell(&above, column - 1) + 1)
            } else {
                cheapest
            });
        }
        above = std::mem::replace(&mut row, next);
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_counted() {
        for (one, other, far) in [
            ("", "", 0),
            ("a", "", 1),
            ("read", "raed", 1),
            ("Data", "data", 0),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(one, other), far, "{one} {other}");
            assert_eq!(distance(other, one), far, "{other} {one}");
        }
    }

    #[test]
    fn the_best_come_first_and_the_far_not_at_all() {
        assert_eq!(
            nearest("data:wrote", ["data:read", "data:write", "users:manage"]),
            ["data:write", "data:read"]
        );
    }
}
