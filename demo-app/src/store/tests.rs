//! The data without the API around it.

use super::*;

fn store() -> Store {
    Store::open(&Database::Memory).unwrap()
}

fn decision(path: &str) -> NewDecision {
    NewDecision {
        at: 1_800_000_000,
        outcome: "deny".to_owned(),
        status: Some(403),
        username: Some("carol".to_owned()),
        subject: None,
        client_id: None,
        method: "GET".to_owned(),
        path: path.to_owned(),
        handler: "list",
        rule: "data:read".to_owned(),
        reason: "no".to_owned(),
        request_id: "7".to_owned(),
        issuer: None,
        explanation: Some("denied".to_owned()),
    }
}

#[actix_web::test]
async fn a_new_database_is_filled() {
    let store = store();
    let names: Vec<_> = store
        .users()
        .await
        .unwrap()
        .into_iter()
        .map(|user| user.username)
        .collect();
    assert_eq!(names, ["alice", "bob", "carol", "dave", "erin"]);
    assert_eq!(store.records_of("finance".into()).await.unwrap().len(), 3);
    assert_eq!(store.records_of("nowhere".into()).await.unwrap(), []);
}

#[actix_web::test]
async fn a_record_goes_to_its_department_and_no_other() {
    let store = store();
    let new = NewRecord {
        title: "T'); DROP TABLE records;--".into(),
        value: 1.5,
    };
    let record = store
        .add_record("sales".into(), new, "dave".into())
        .await
        .unwrap();
    assert_eq!(
        (record.department.as_str(), record.created_by.as_str()),
        ("sales", "dave")
    );
    assert!(record.created_at.ends_with('Z'), "{}", record.created_at);
    assert_eq!(
        store.records_of("sales".into()).await.unwrap().last(),
        Some(&record)
    );
    assert!(
        !store
            .records_of("finance".into())
            .await
            .unwrap()
            .contains(&record)
    );
}

#[actix_web::test]
async fn a_report_counts_the_records_of_its_department() {
    let store = store();
    let new = NewReport {
        department: "sales".into(),
        title: "R".into(),
    };
    let report = store.add_report(new, "bob".into()).await.unwrap();
    assert_eq!((report.records, report.total), (2, 359.0));
    assert_eq!(store.report(report.id).await.unwrap(), Some(report));
    assert_eq!(store.report(9_999).await.unwrap(), None);
    let empty = NewReport {
        department: "nowhere".into(),
        title: "R".into(),
    };
    assert_eq!(store.add_report(empty, "bob".into()).await.unwrap().total, 0.0);
}

#[actix_web::test]
async fn a_user_is_removed_once() {
    let store = store();
    assert!(store.remove_user("bob".into()).await.unwrap());
    assert!(!store.remove_user("bob".into()).await.unwrap());
    assert_eq!(store.users().await.unwrap().len(), 4);
}

#[actix_web::test]
async fn the_latest_decisions_come_first_and_the_oldest_are_forgotten() {
    let store = store();
    for batch in 0..21 {
        let decisions = (0..500)
            .map(|n| decision(&format!("/{}", batch * 500 + n)))
            .collect();
        store.keep_decisions(decisions).await.unwrap();
    }
    let latest = store.latest_decisions().await.unwrap();
    assert_eq!(
        (latest.len(), latest[0].path.as_str(), latest[99].path.as_str()),
        (100, "/10499", "/10400")
    );
    let count = |connection: &mut Connection| {
        connection.query_row("SELECT count(*) FROM decisions", [], |row| row.get::<_, i64>(0))
    };
    assert_eq!(store.run(count).await.unwrap(), 10_000);
}

#[actix_web::test]
async fn a_file_is_filled_once_and_keeps_what_was_added() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::File(folder.path().join("demo.db"));
    let store = Store::open(&database).unwrap();
    let new = NewRecord {
        title: "kept".into(),
        value: 1.0,
    };
    let record = store.add_record("it".into(), new, "alice".into()).await.unwrap();
    store.close().await;
    assert!(matches!(store.users().await, Err(StoreError::Closed)));

    let again = Store::open(&database).unwrap();
    assert_eq!(again.records_of("it".into()).await.unwrap().last(), Some(&record));
    assert_eq!(again.users().await.unwrap().len(), 5);
    again.close().await;
}

#[actix_web::test]
async fn what_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("demo.db");
    std::fs::write(
        &path,
        "this is a text and no database, whatever its name says".repeat(100),
    )
    .unwrap();
    assert!(Store::open(&Database::File(path)).is_err());
    assert!(Store::open(&Database::File(folder.path().to_owned())).is_err());
}

#[actix_web::test]
async fn several_instances_may_begin_with_one_new_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shared.db");
    let open = || {
        let file = file.clone();
        std::thread::spawn(move || Store::open(&Database::File(file)).map_err(|error| error.to_string()))
    };
    let opened: Vec<_> = (0..8).map(|_| open()).collect();
    for instance in opened {
        let store = instance.join().unwrap().unwrap();
        assert_eq!(store.users().await.unwrap().len(), 5);
        store.close().await;
    }
}
