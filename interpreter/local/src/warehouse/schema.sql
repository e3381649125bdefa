-- What a namespace's file holds besides rows. Rows of relation N are in the table tN.
create table setting (key text primary key, value text not null) without rowid;
create table login (
  id integer primary key, name text not null unique, verifier text not null,
  superuser integer not null default 0, createdb integer not null default 0,
  valid_until text, conn_limit text not null default 'UNLIMITED'
);
create table db (
  oid integer primary key, name text not null unique, owner integer not null, created text not null,
  producer text, share text, with_permissions integer not null default 0
);
create table scm (
  oid integer primary key, db integer not null, name text not null, owner integer not null,
  unique (db, name)
);
create table relation (
  oid integer primary key, scm integer not null, name text not null, kind text not null,
  owner integer not null, definition text, search_path text,
  unique (scm, name)
);
create table col (
  relation integer not null, ordinal integer not null, name text not null, type text not null,
  required integer not null default 0, default_sql text,
  primary key (relation, ordinal)
) without rowid;
create table share (
  oid integer primary key, name text not null unique, db integer not null, owner integer not null,
  public integer not null default 0, created text not null
);
create table share_scm (
  share integer not null, scm integer not null, include_new integer not null default 0,
  primary key (share, scm)
) without rowid;
create table share_relation (
  share integer not null, relation integer not null, primary key (share, relation)
) without rowid;
create table share_consumer (
  share integer not null, namespace text not null, granted text not null,
  primary key (share, namespace)
) without rowid;
-- Objects are named, so that a grant can speak of an object in another namespace's share.
-- grantee 0 is PUBLIC; scm and relation are '' where the grant is on something wider.
create table privilege (
  db integer not null, scm text not null, relation text not null, grantee integer not null, word text not null,
  primary key (db, scm, relation, grantee, word)
) without rowid;
create table object_id (next integer not null);
insert into object_id values (100000);
