//! Floods: of garbage, of valid tokens, of large ones.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

const NOW: Duration = Duration::from_secs(100);
const LATER: Duration = Duration::from_secs(400);

fn store(entries: usize, bytes: usize) -> (Store<usize>, Fingerprinter) {
    let fingerprinter = Fingerprinter::new().expect("a fingerprinter");
    (Store::new(Capacity { entries, bytes }), fingerprinter)
}

fn print(prints: &Fingerprinter, number: usize) -> Fingerprint {
    prints.of(&number.to_ne_bytes()).expect("a fingerprint")
}

#[test]
fn row_102_a_flood_of_distinct_tokens_takes_no_more_than_the_limits() {
    let (store, prints) = store(10_000, 4_000_000);
    for number in 0..40_000 {
        store.insert(print(&prints, number), number, 500, LATER, NOW);
    }
    let size = store.size();
    assert!(size.entries <= 8_000 && size.bytes <= 4_000_000, "{size:?}");
    assert!(size.entries > 7_000, "and hardly less: {size:?}");
}

#[test]
fn row_102_a_full_store_is_never_cleared() {
    let (store, prints) = store(2_000, usize::MAX);
    let mut before = 0;
    for number in 0..20_000 {
        store.insert(print(&prints, number), number, 1, LATER, NOW);
        let size = store.size().entries;
        assert!(size >= before, "one goes when one comes");
        before = size;
    }
    assert!(before > 1_800, "{before}");
}

#[test]
fn row_102_what_is_in_use_survives_a_flood_of_valid_tokens() {
    let (store, prints) = store(1_000, usize::MAX);
    let (in_use, strangers) = (0..500, 1_000..60_000);
    for number in in_use.clone() {
        store.insert(print(&prints, number), number, 1, LATER, NOW);
        let ask = || store.read(print(&prints, number), |value| *value);
        assert_eq!((ask(), ask()), (Some(number), Some(number)));
    }
    // Nobody of those in use is asked for again: the strangers have the short queue for themselves.
    for number in strangers {
        store.insert(print(&prints, number), number, 1, LATER, NOW);
        store.read(print(&prints, number), |_| ());
    }
    let alive = in_use.filter(|number| store.read(print(&prints, *number), |_| ()).is_some());
    assert_eq!(alive.count(), 500);
}

#[test]
fn row_102_strangers_who_use_their_tokens_much_hold_nobody_up_for_long() {
    let (store, prints) = store(500, usize::MAX);
    // All are proven, and all are in use, so that each eviction finds everybody worth keeping.
    for number in 0..1_500 {
        store.insert(print(&prints, number), number, 1, LATER, NOW);
        for known in number.saturating_sub(600)..=number {
            for _ in 0..3 {
                store.read(print(&prints, known), |_| ());
            }
        }
        assert!(
            store.read(print(&prints, number), |_| ()).is_some(),
            "a new one always gets in"
        );
    }
    assert!(store.size().entries <= 500);
}

#[test]
fn the_dead_make_room_before_the_living() {
    let (store, prints) = store(500, usize::MAX);
    for number in 0..400 {
        store.insert(
            print(&prints, number),
            number,
            1,
            NOW + Duration::from_secs(5),
            NOW,
        );
    }
    let after = NOW + Duration::from_secs(10);
    for number in 1_000..1_100 {
        store.insert(print(&prints, number), number, 1, LATER, after);
    }
    assert_eq!(store.size().entries, 100, "those who came swept out four each");
}

#[test]
fn one_that_is_larger_than_its_share_is_not_kept() {
    let (store, prints) = store(500, 1_000);
    store.insert(print(&prints, 1), 1, 600, LATER, NOW);
    store.insert(print(&prints, 2), 2, 1_001, LATER, NOW);
    assert_eq!(
        store.size(),
        Capacity {
            entries: 1,
            bytes: 600
        }
    );
    store.insert(print(&prints, 3), 3, 600, LATER, NOW);
    assert_eq!(
        store.size(),
        Capacity {
            entries: 1,
            bytes: 600
        }
    );
    assert_eq!(store.read(print(&prints, 3), |value| *value), Some(3));
}

#[derive(Clone, Debug)]
enum Step {
    Insert(usize, usize),
    Read(usize),
    Remove(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0..60_usize, 0..40_usize).prop_map(|(key, bytes)| Step::Insert(key, bytes)),
        (0..60_usize).prop_map(Step::Read),
        (0..60_usize).prop_map(Step::Remove),
    ]
}

proptest! {
    #[test]
    fn it_answers_with_what_was_put_in_last_or_not_at_all(steps in prop::collection::vec(step(), 0..400)) {
        let (store, prints) = store(20, 300);
        let mut model: HashMap<usize, (usize, usize)> = HashMap::new();
        for (value, step) in steps.into_iter().enumerate() {
            match step {
                Step::Insert(key, bytes) => {
                    store.insert(print(&prints, key), value, bytes, LATER, NOW);
                    model.insert(key, (value, bytes));
                    prop_assert_eq!(store.read(print(&prints, key), |value| *value), Some(value));
                }
                Step::Read(key) => {
                    let found = store.read(print(&prints, key), |value| *value);
                    prop_assert!(found.is_none() || found == model.get(&key).map(|(value, _)| *value));
                }
                Step::Remove(key) => {
                    store.remove(print(&prints, key));
                    model.remove(&key);
                    prop_assert_eq!(store.read(print(&prints, key), |value| *value), None);
                }
            }
            let (size, mut bytes, mut entries) = (store.size(), 0, 0);
            for (key, (_, counted)) in &model {
                if store.read(print(&prints, *key), |_| ()).is_some() {
                    bytes += counted;
                    entries += 1;
                }
            }
            prop_assert_eq!(size, Capacity { entries, bytes });
            prop_assert!(entries <= 20 && bytes <= 300);
        }
    }
}
