-- V1__create_table_persons.sql: V for "versioned", the version 1, two underscores, a description.
-- A versioned migration runs once. From then on it must not change: its checksum is kept in the database, and
-- `whimbrel validate` compares. What is to be different comes as the next version.
CREATE TABLE persons (
  id INTEGER PRIMARY KEY,
  name VARCHAR(100) NOT NULL
);
