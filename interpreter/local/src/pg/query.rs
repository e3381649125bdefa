//! The simple protocol: one text, every answer in text form.

use std::io;

use bytes::{BufMut, BytesMut};
use pgwire::messages::PgWireBackendMessage;
use pgwire::messages::data::{DataRow, FieldDescription, RowDescription};
use pgwire::messages::response::EmptyQueryResponse;
use tokio::io::{AsyncRead, AsyncWrite};

use super::extended::Extended;
use super::format::{Format, encode};
use super::wire::Wire;
use crate::warehouse::{Column, Outcome, Value};

/// Runs the statements of a text and answers each.
pub(super) async fn simple<S>(wire: &mut Wire<S>, extended: &mut Extended, sql: String) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (outcomes, result) = extended
        .blocking(move |session| {
            let mut outcomes = Vec::new();
            let result = session.execute_all(&sql, |outcome| outcomes.push(outcome));
            (outcomes, result)
        })
        .await?;
    for outcome in outcomes {
        push_outcome(wire, outcome).await?;
    }
    if let Err(error) = result {
        wire.push_error("ERROR", &error)?;
    }
    wire.push_ready(extended.transaction())
}

async fn push_outcome<S>(wire: &mut Wire<S>, outcome: Outcome) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    match outcome {
        Outcome::Rows { columns, rows, tag } => {
            push_columns(wire, &columns, &[])?;
            for row in rows {
                push_row(wire, &columns, &row, &[])?;
                wire.relieve().await?;
            }
            wire.push_tag(&tag)
        }
        Outcome::Command { tag, .. } => wire.push_tag(&tag),
        Outcome::Empty => wire.push(PgWireBackendMessage::EmptyQueryResponse(EmptyQueryResponse::new())),
    }
}

pub(super) fn push_columns<S>(wire: &mut Wire<S>, columns: &[Column], formats: &[i16]) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let field = |(n, column): (usize, &Column)| {
        FieldDescription::new(
            column.name.clone(),
            0,
            0,
            column.sql_type.oid(),
            column.sql_type.size(),
            column.sql_type.modifier(),
            Format::of(formats, n).code(),
        )
    };
    let fields = columns.iter().enumerate().map(field).collect();
    wire.push(PgWireBackendMessage::RowDescription(RowDescription::new(fields)))
}

pub(super) fn push_row<S>(
    wire: &mut Wire<S>,
    columns: &[Column],
    row: &[Value],
    formats: &[i16],
) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let mut data = BytesMut::new();
    for (n, (value, column)) in row.iter().zip(columns).enumerate() {
        match encode(value, column.sql_type, Format::of(formats, n)) {
            Some(bytes) => {
                data.put_i32(i32::try_from(bytes.len()).unwrap_or(i32::MAX));
                data.put_slice(&bytes);
            }
            None => data.put_i32(-1),
        }
    }
    let count = i16::try_from(row.len()).unwrap_or(i16::MAX);
    wire.push(PgWireBackendMessage::DataRow(DataRow::new(data, count)))
}
