-- R for "repeatable": no version. It runs after the versioned migrations, and again whenever this file has changed,
-- so a view or a function is written once and edited in place. It must therefore replace what is there.
DROP VIEW IF EXISTS persons_view;

CREATE VIEW persons_view AS
SELECT name, city FROM persons ORDER BY name;
