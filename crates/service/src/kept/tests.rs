use super::*;

#[test]
fn what_is_new_makes_room_by_what_is_oldest() {
    let shelf: Shelf<_, _> = Shelf::default();
    let n_put = MAX_KEPT + 10;
    for key in 0..n_put {
        shelf.put(key, key);
    }
    assert_eq!(shelf.at(&(n_put - 1)), Some(n_put - 1), "what came last is there");
    let is_kept = |key: &usize| shelf.at(key).is_some();
    assert_eq!((0..n_put).filter(is_kept).count(), MAX_KEPT, "no more than the limit");
    assert!(!(0..10).any(|key| is_kept(&key)), "the oldest are gone");
    shelf.remove(&(n_put - 1));
    assert_eq!(shelf.at(&(n_put - 1)), None);
    shelf.put(3, 3);
    assert_eq!(shelf.at(&3), Some(3), "there is room again, and what is old may come back");
}
