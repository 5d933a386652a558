use std::path::Path;

use crate::testing::{Db, options};
use crate::{Error, Options, Statement, Store, backup_folder, restore};

async fn n_counters(store: &Store) -> i64 {
    store.rows("select count(*) from counters", &[]).await.unwrap().first().unwrap().int(0).unwrap()
}

fn count(name: String) -> Vec<Statement> {
    let sql = "insert into counters (name, next) values ($1, 0)";
    vec![Statement::new(sql, [name.into()]).expect(1)]
}

async fn opened(folder: &Path) -> Store {
    Store::open_sqlite(folder, options()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_made_while_serving_holds_whole_writes() {
    let db = Db::sqlite().await;
    let before = n_counters(&db.store).await;
    let pair = |i: usize| [count(format!("{i}a")), count(format!("{i}b"))].concat();
    let store = db.store.clone();
    let writer = tokio::spawn(async move {
        for i in 0..2_000 {
            store.write("test", pair(i)).await.unwrap();
        }
    });
    let folder = tempfile::tempdir().unwrap();
    for n in 0..5 {
        let backup = folder.path().join(format!("{n}.db"));
        match n {
            0 => db.store.backup(&backup).await.unwrap(),
            _ => backup_folder(db.folder().unwrap(), &backup).await.unwrap(),
        }
        let restored = folder.path().join(format!("{n}"));
        restore(&backup, &restored, &options()).await.unwrap();
        let n_rows = n_counters(&opened(&restored).await).await - before;
        assert_eq!(n_rows % 2, 0);
    }
    writer.await.unwrap();
    assert_eq!(n_counters(&db.store).await - before, 4_000);
    let names = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(names.count(), 10, "nothing is left over");
}

#[tokio::test]
async fn nothing_is_overwritten() {
    let db = Db::sqlite().await;
    let folder = tempfile::tempdir().unwrap();
    let backup = folder.path().join("backup.db");
    db.store.backup(&backup).await.unwrap();
    let again = db.store.backup(&backup).await;
    assert!(matches!(again, Err(Error::Exists { .. })), "{again:?}");
    let served = restore(&backup, db.folder().unwrap(), &options()).await;
    assert!(matches!(served, Err(Error::Locked { .. })), "{served:?}");
    db.store.clone().close().await.unwrap();
    let used = restore(&backup, db.folder().unwrap(), &options()).await;
    assert!(matches!(used, Err(Error::Exists { .. })), "{used:?}");
    opened(db.folder().unwrap()).await.ping().await.unwrap();
}

#[tokio::test]
async fn a_backup_that_cannot_serve_is_not_put_in_place() {
    let db = Db::sqlite().await;
    let folder = tempfile::tempdir().unwrap();
    let (backup, target) = (folder.path().join("backup.db"), folder.path().join("data"));
    let missing = restore(&backup, &target, &options()).await;
    assert!(matches!(missing, Err(Error::Unavailable { .. })), "{missing:?}");
    db.store.backup(&backup).await.unwrap();
    let old = Options { migrations: &[], ..options() };
    let newer = restore(&backup, &target, &old).await;
    assert!(matches!(newer, Err(Error::SchemaTooNew { .. })), "{newer:?}");
    let mut bytes = std::fs::read(&backup).unwrap();
    let middle = bytes.len() / 2;
    bytes[4096..middle].fill(0xa5);
    std::fs::write(&backup, bytes).unwrap();
    let damaged = restore(&backup, &target, &options()).await;
    assert!(matches!(damaged, Err(Error::Corrupt { .. })), "{damaged:?}");
    let left: Vec<_> =
        std::fs::read_dir(&target).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert_eq!(left, ["suyuan.lock"]);
}

#[tokio::test]
async fn postgres_is_sent_to_its_own_tools() {
    let Some(db) = Db::postgres().await else { return };
    let refused = db.store.backup(Path::new("anywhere")).await;
    assert!(matches!(refused, Err(Error::Unsupported(_))), "{refused:?}");
}
