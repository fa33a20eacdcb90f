#include "drivers/postgresql/schema_catalog.h"

#include <fmt/format.h>

#include "drivers/postgresql/sql_text.h"

namespace whimbrel::postgresql {

namespace {

// Array types and row types of tables come with other things; categories A and C.
constexpr auto somethingCounts = R"(EXISTS (
  SELECT 1 FROM (
    SELECT 'pg_class'::regclass AS kind, oid, relnamespace AS schema FROM pg_class
      WHERE relkind IN ('r', 'v', 'S', 't')
    UNION ALL SELECT 'pg_type'::regclass, oid, typnamespace FROM pg_type
      WHERE typcategory NOT IN ('A', 'C')
    UNION ALL SELECT 'pg_proc'::regclass, oid, pronamespace FROM pg_proc
  ) object
  WHERE schema = (SELECT oid FROM pg_namespace WHERE nspname = {})
  AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE classid = kind AND objid = object.oid AND deptype = 'e')))";

// Every object depends on its schema in pg_depend, whatever its kind, and PostgreSQL itself names it. Parts
// of extensions (e) and of other objects (i) go with these. Those that a CASCADE has already taken along are
// passed over.
constexpr auto dropAll = R"(DECLARE
  statements text[];
  statement text;
BEGIN
  SELECT array_agg(format('DROP %s IF EXISTS %s CASCADE', upper(replace(object.type, ' object', '')),
      object.identity)
    ORDER BY object.type = 'extension', array_position(ARRAY['materialized view', 'view', 'table', 'foreign table',
      'function', 'aggregate', 'procedure', 'type', 'sequence'], object.type), object.identity)
  INTO statements
  FROM pg_depend member,
    LATERAL pg_identify_object(member.classid, member.objid, 0) object
  WHERE member.refclassid = 'pg_namespace'::regclass AND member.deptype = 'n'
  AND member.refobjid = (SELECT oid FROM pg_namespace WHERE nspname = {})
  AND NOT EXISTS (SELECT 1 FROM pg_depend
    WHERE classid = member.classid AND objid = member.objid AND objsubid = 0 AND deptype IN ('e', 'i'))
  AND (object.type <> 'extension' OR EXISTS (SELECT 1 FROM pg_extension JOIN pg_roles
    ON pg_roles.oid = extowner WHERE pg_extension.oid = member.objid AND rolname = current_user));
  FOREACH statement IN ARRAY coalesce(statements, '{{}}') LOOP
    EXECUTE statement;
  END LOOP;
END)";

}  // namespace

bool SchemaCatalog::ask(const std::string& condition) {
  return connection_.query("SELECT " + condition).at(0).at(0) == "t";
}

bool SchemaCatalog::schemaExists(const std::string& schema) {
  return ask(fmt::format("EXISTS (SELECT 1 FROM pg_namespace WHERE nspname = {})", quoteText(schema)));
}

bool SchemaCatalog::isEmpty(const std::string& schema) {
  return !ask(fmt::format(somethingCounts, quoteText(schema)));
}

bool SchemaCatalog::tableExists(const TableName& table) {
  return ask(
      fmt::format("EXISTS (SELECT 1 FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace "
                  "WHERE nspname = {} AND relname = {} AND relkind = 'r')",
                  quoteText(table.schema), quoteText(table.table)));
}

void SchemaCatalog::clean(const std::string& schema) {
  connection_.run("DO " + quoteText(fmt::format(dropAll, quoteText(schema))));
}

}  // namespace whimbrel::postgresql
