//! Where places are, as enterprises say in their master data, by the numbers that the facts of
//! events have for places.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use trace::Position;

use crate::id::EnterpriseId;
use crate::{Error, Result, Statement, Store, Value};

/// Places that one statement asks for.
const PLACES_A_QUERY: usize = 16;

/// Statements that note where an enterprise says in a vocabulary that a place is, or that it no
/// longer says so.
pub fn replace(
    enterprise_id: EnterpriseId,
    place: i64,
    vocabulary: &str,
    position: Option<Position>,
) -> Vec<Statement> {
    let key: [Value; 3] = [enterprise_id.into(), place.into(), vocabulary.into()];
    let Some(Position { latitude, longitude }) = position else {
        let sql = "delete from place_positions
                   where enterprise_id = $1 and place = $2 and vocabulary = $3";
        return vec![Statement::new(sql, key)];
    };
    let sql = "insert into place_positions
                 (enterprise_id, place, vocabulary, latitude, longitude)
               values ($1, $2, $3, $4, $5)
               on conflict (enterprise_id, place, vocabulary)
               do update set latitude = excluded.latitude, longitude = excluded.longitude";
    let [enterprise, place, vocabulary] = key;
    let (latitude, longitude) = (i64::from(latitude).into(), i64::from(longitude).into());
    vec![Statement::new(sql, [enterprise, place, vocabulary, latitude, longitude]).expect(1)]
}

/// Where places are, each as the enterprise beside it says.
pub async fn of_places(
    store: &Store,
    places: &BTreeSet<(EnterpriseId, i64)>,
) -> Result<HashMap<(EnterpriseId, i64), Position>> {
    let sql = "select place, latitude, longitude from place_positions
               where enterprise_id = $1 and place in
                 ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
               order by place, vocabulary";
    let mut by_enterprise: BTreeMap<EnterpriseId, Vec<i64>> = BTreeMap::new();
    for (enterprise_id, place) in places {
        by_enterprise.entry(*enterprise_id).or_default().push(*place);
    }
    let mut found = HashMap::new();
    for (enterprise_id, places) in by_enterprise {
        for chunk in places.chunks(PLACES_A_QUERY) {
            // Asked for again, a place is still found once.
            let filled = chunk.iter().chain(std::iter::repeat(&chunk[0])).take(PLACES_A_QUERY);
            let mut args: Vec<Value> = vec![enterprise_id.into()];
            args.extend(filled.map(|place| Value::from(*place)));
            for row in store.rows(sql, &args).await?.iter() {
                let degrees = |index| -> Result<i32> {
                    i32::try_from(row.int(index)?).map_err(|_| Error::corrupt("a place off earth"))
                };
                let position = Position { latitude: degrees(1)?, longitude: degrees(2)? };
                found.entry((enterprise_id, row.int(0)?)).or_insert(position);
            }
        }
    }
    Ok(found)
}
