//! How values travel to PostgreSQL and back.
//!
//! Narrow integers and booleans are read as integers, since `select 1` and `exists (…)` answer so.

use std::error::Error as StdError;

use bytes::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::{Error, Result, Row, Value};

/// An argument of another type than its placeholder: cast the placeholder in the statement.
#[derive(Debug, thiserror::Error)]
#[error("a placeholder of type {0} met another value")]
struct Misfit(Type);

impl ToSql for Value {
    fn to_sql(
        &self,
        wanted: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match (self, wanted) {
            (Self::Null, _) => Ok(IsNull::Yes),
            (Self::Int(int), &Type::INT8) => int.to_sql(wanted, out),
            (Self::Int(int), &Type::INT4) => i32::try_from(*int)?.to_sql(wanted, out),
            (Self::Text(text), &Type::TEXT) => text.to_sql(wanted, out),
            (Self::Bytes(bytes), &Type::BYTEA) => bytes.to_sql(wanted, out),
            _ => Err(Box::new(Misfit(wanted.clone()))),
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for Value {
    fn from_sql(found: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(match *found {
            Type::INT8 => Self::Int(i64::from_sql(found, raw)?),
            Type::INT4 => Self::Int(i32::from_sql(found, raw)?.into()),
            Type::INT2 => Self::Int(i16::from_sql(found, raw)?.into()),
            Type::BOOL => Self::Int(bool::from_sql(found, raw)?.into()),
            Type::BYTEA => Self::Bytes(raw.to_vec()),
            _ => Self::Text(String::from_sql(found, raw)?),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn StdError + Sync + Send>> {
        Ok(Self::Null)
    }

    fn accepts(found: &Type) -> bool {
        let plain = [Type::INT8, Type::INT4, Type::INT2, Type::BOOL, Type::BYTEA];
        plain.contains(found) || <String as FromSql>::accepts(found)
    }
}

/// A row in our own types.
pub(super) fn row(row: &tokio_postgres::Row) -> Result<Row> {
    let columns = (0..row.len()).map(|column| row.try_get::<_, Value>(column));
    columns.collect::<Result<_, _>>().map(Row).map_err(|source| Error::Corrupt {
        reason: "a column is neither integer nor text nor bytes".into(),
        source: Some(std::sync::Arc::new(source)),
    })
}

/// Whether an argument did not fit its placeholder.
pub(super) fn is_misfit(error: &tokio_postgres::Error) -> bool {
    let source = error.source();
    source.is_some_and(|source| source.is::<Misfit>() || source.is::<std::num::TryFromIntError>())
}
