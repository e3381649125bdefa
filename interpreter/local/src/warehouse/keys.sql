-- What a namespace's file holds of keys and of how rows lie.
-- Lists of columns are separated by line ends; `other` is the relation that a foreign key means.
create table if not exists key (
  oid integer primary key, relation integer not null, name text not null, rule text not null,
  columns text not null, other integer, other_columns text not null
);
create table if not exists layout (
  relation integer primary key, style text not null, dist_key text, sort_keys text not null
);
