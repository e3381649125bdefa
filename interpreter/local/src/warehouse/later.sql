-- What a namespace's file holds besides, and files of earlier versions do not: keys, how rows lie, receipts.
-- Lists of columns are separated by line ends; `other` is the relation that a foreign key means.
create table if not exists key (
  oid integer primary key, relation integer not null, name text not null, rule text not null,
  columns text not null, other integer, other_columns text not null
);
create table if not exists layout (
  relation integer primary key, style text not null, dist_key text, sort_keys text not null
);
-- Written with the changes of a statement that nobody waits for: it tells that they were made.
create table if not exists receipt (
  statement text not null, part integer not null, at integer not null, primary key (statement, part)
) without rowid;
