//! How values travel to PostgreSQL and back.
//!
//! Narrow integers and booleans are read as integers, since `select 1` and `exists (…)` answer so.

use std::error::Error as StdError;

use bytes::BytesMut;
use tokio_postgres::Statement;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::{Error, Result, Rows, Value};

/// Whether `args` can be sent to `statement` and its rows be read.
///
/// What is checked here cannot fail in the middle of a flight.
pub(super) fn check(statement: &Statement, args: &[Value]) -> Result<()> {
    if statement.params().len() != args.len() {
        return Err(Error::corrupt("a statement has other placeholders than arguments"));
    }
    for (arg, wanted) in args.iter().zip(statement.params()) {
        if !arg.fits(wanted) {
            // Where a placeholder meets no column, the statement must cast it.
            return Err(Error::corrupt(format!(
                "a placeholder of type {wanted} met another value"
            )));
        }
    }
    for column in statement.columns() {
        if !<Value as FromSql>::accepts(column.type_()) {
            let (name, found) = (column.name(), column.type_());
            return Err(Error::corrupt(format!("column {name} is of type {found}")));
        }
    }
    Ok(())
}

impl Value {
    fn fits(&self, wanted: &Type) -> bool {
        match self {
            Self::Null => true,
            Self::Int(int) => {
                *wanted == Type::INT8 || *wanted == Type::INT4 && i32::try_from(*int).is_ok()
            }
            Self::Text(_) => *wanted == Type::TEXT,
            Self::Bytes(_) => *wanted == Type::BYTEA,
        }
    }
}

impl ToSql for Value {
    fn to_sql(
        &self,
        wanted: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(int) if *wanted == Type::INT4 => i32::try_from(*int)?.to_sql(wanted, out),
            Self::Int(int) => int.to_sql(wanted, out),
            Self::Text(text) => text.to_sql(wanted, out),
            Self::Bytes(bytes) => bytes.to_sql(wanted, out),
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

/// Adds a row to `rows`, in our own types.
pub(super) fn push(rows: &mut Rows, row: &tokio_postgres::Row) -> Result<()> {
    rows.n_columns = row.len();
    for column in 0..row.len() {
        let value = row.try_get(column).map_err(|source| Error::Corrupt {
            reason: "a column is neither integer nor text nor bytes".into(),
            source: Some(std::sync::Arc::new(source)),
        })?;
        rows.values.push(value);
    }
    Ok(())
}
