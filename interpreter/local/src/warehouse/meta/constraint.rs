//! Keys of tables, and how their rows lie: both are told to clients and, as on Redshift, bind nobody.

use rusqlite::{Row, params};

use super::Catalog;
use crate::warehouse::error::SqlError;

/// What a constraint says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    Primary,
    Unique,
    Foreign,
}

impl Rule {
    const ALL: [Self; 3] = [Self::Primary, Self::Unique, Self::Foreign];

    /// The letter in `pg_constraint.contype`.
    pub(crate) fn letter(self) -> &'static str {
        match self {
            Self::Primary => "p",
            Self::Unique => "u",
            Self::Foreign => "f",
        }
    }

    /// The words of the standard's catalog.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Primary => "PRIMARY KEY",
            Self::Unique => "UNIQUE",
            Self::Foreign => "FOREIGN KEY",
        }
    }
}

/// A constraint of a table.
#[derive(Debug, Clone)]
pub(crate) struct Constraint {
    pub(crate) oid: i64,
    pub(crate) name: String,
    pub(crate) rule: Rule,
    pub(crate) columns: Vec<String>,
    /// The relation and the columns that a foreign key means.
    pub(crate) means: Option<(i64, Vec<String>)>,
}

/// How the rows of a table lie.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) style: Style,
    pub(crate) dist_key: Option<String>,
    pub(crate) sort_keys: Vec<String>,
}

impl Layout {
    /// Says whether rows go where a column's value sends them.
    pub(crate) fn is_dist_key(&self, column: &str) -> bool {
        self.dist_key.as_deref() == Some(column)
    }

    /// The place of a column among the sort keys, from 1; 0 if it is none.
    pub(crate) fn sort_place(&self, column: &str) -> i64 {
        let mut places = self.sort_keys.iter().zip(1..);
        places.find(|(key, _)| *key == column).map_or(0, |(_, place)| place)
    }
}

/// DISTSTYLE.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Style {
    #[default]
    Auto,
    Even,
    Key,
    All,
}

impl Style {
    pub(crate) const ALL: [Self; 4] = [Self::Auto, Self::Even, Self::Key, Self::All];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Even => "even",
            Self::Key => "key",
            Self::All => "all",
        }
    }

    /// The number in `pg_class.reldiststyle`.
    pub(crate) fn number(self) -> i64 {
        match self {
            Self::Even => 0,
            Self::Key => 1,
            Self::All => 8,
            Self::Auto => 9,
        }
    }
}

fn names(list: &str) -> Vec<String> {
    list.split('\n').filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Option<Constraint>> {
    let letter: String = row.get(2)?;
    let Some(rule) = Rule::ALL.into_iter().find(|rule| rule.letter() == letter) else { return Ok(None) };
    let other: Option<i64> = row.get(4)?;
    let columns = names(&row.get::<_, String>(5)?);
    Ok(Some(Constraint {
        oid: row.get(0)?,
        name: row.get(1)?,
        rule,
        columns: names(&row.get::<_, String>(3)?),
        means: other.map(|other| (other, columns)),
    }))
}

impl Catalog<'_> {
    /// The constraints of a relation, in the order in which they were made.
    pub(crate) fn constraints(&self, relation: i64) -> Result<Vec<Constraint>, SqlError> {
        let sql = "select oid, name, rule, columns, other, other_columns from @key where relation = ?1 order by oid";
        Ok(self.list(sql, [relation], read)?.into_iter().flatten().collect())
    }

    pub(crate) fn add_constraint(&self, relation: i64, constraint: &Constraint) -> Result<(), SqlError> {
        let (other, columns) = match &constraint.means {
            Some((other, columns)) => (Some(*other), columns.join("\n")),
            None => (None, String::new()),
        };
        self.change(
            "insert into @key values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                constraint.oid,
                relation,
                constraint.name,
                constraint.rule.letter(),
                constraint.columns.join("\n"),
                other,
                columns
            ],
        )?;
        Ok(())
    }

    /// Takes a constraint away; whether there was one.
    pub(crate) fn drop_constraint(&self, relation: i64, name: &str) -> Result<bool, SqlError> {
        Ok(self.change("delete from @key where relation = ?1 and name = ?2", params![relation, name])? > 0)
    }

    /// A foreign key of another table that means the relation, and that table's name.
    pub(crate) fn meant_by(&self, relation: i64) -> Result<Option<(String, String)>, SqlError> {
        let sql = "select k.name, r.name from @key k join @relation r on r.oid = k.relation \
                   where k.other = ?1 and k.relation <> ?1 order by k.oid";
        self.find(sql, [relation], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// How the rows of a relation lie.
    pub(crate) fn layout(&self, relation: i64) -> Result<Layout, SqlError> {
        let sql = "select style, dist_key, sort_keys from @layout where relation = ?1";
        let found = self.find(sql, [relation], |row| {
            let word: String = row.get(0)?;
            let style = Style::ALL.into_iter().find(|style| style.word() == word).unwrap_or_default();
            Ok(Layout { style, dist_key: row.get(1)?, sort_keys: names(&row.get::<_, String>(2)?) })
        })?;
        Ok(found.unwrap_or_default())
    }

    pub(crate) fn set_layout(&self, relation: i64, layout: &Layout) -> Result<(), SqlError> {
        let Layout { style, dist_key, sort_keys } = layout;
        self.change(
            "insert or replace into @layout values (?1, ?2, ?3, ?4)",
            params![relation, style.word(), dist_key, sort_keys.join("\n")],
        )?;
        Ok(())
    }

    /// Takes away what names a column that goes.
    pub(super) fn forget_column(&self, relation: i64, column: &str) -> Result<(), SqlError> {
        let named = "instr(char(10) || columns || char(10), char(10) || ?2 || char(10))";
        let meant = "instr(char(10) || other_columns || char(10), char(10) || ?2 || char(10))";
        self.change(
            &format!("delete from @key where relation = ?1 and {named} or other = ?1 and {meant}"),
            params![relation, column],
        )?;
        let mut layout = self.layout(relation)?;
        layout.sort_keys.retain(|key| key != column);
        layout.dist_key = layout.dist_key.filter(|key| key != column);
        self.set_layout(relation, &layout)
    }

    /// Renames a column in what names it.
    pub(super) fn rename_in_keys(&self, relation: i64, column: &str, to: &str) -> Result<(), SqlError> {
        for (list, owner) in [("columns", "relation"), ("other_columns", "other")] {
            let sql = format!(
                "update @key set {list} = trim(replace(char(10) || {list} || char(10), \
                 char(10) || ?2 || char(10), char(10) || ?3 || char(10)), char(10)) where {owner} = ?1"
            );
            self.change(&sql, params![relation, column, to])?;
        }
        let mut layout = self.layout(relation)?;
        let renamed = |key: String| if key == column { to.to_owned() } else { key };
        layout.sort_keys = layout.sort_keys.into_iter().map(renamed).collect();
        layout.dist_key = layout.dist_key.map(renamed);
        self.set_layout(relation, &layout)
    }

    /// Takes away the constraints and the layout of a relation that goes, and the keys that mean it.
    pub(super) fn forget_keys(&self, relation: i64) -> Result<(), SqlError> {
        self.change("delete from @key where relation = ?1 or other = ?1", [relation])?;
        self.change("delete from @layout where relation = ?1", [relation])?;
        Ok(())
    }
}
