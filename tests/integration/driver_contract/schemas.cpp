// Schemas and what is in them.
#include "core/text/strings.h"
#include "tests/integration/driver_contract/driver_contract.h"

namespace whimbrel::contract {

namespace {

std::string hostileSchema(const World& world) { return world.schema() + "_ü'\" `;x"; }

/// Drops a second schema at the end of a test.
class DropLater {
 public:
  DropLater(Database& database, std::string schema) : database_(database), schema_(std::move(schema)) {}
  DropLater(const DropLater&) = delete;
  DropLater& operator=(const DropLater&) = delete;
  ~DropLater() {
    if (database_.schemaExists(schema_)) database_.dropSchema(schema_);
  }

 private:
  Database& database_;
  std::string schema_;
};

}  // namespace

TEST_CASE("a table exists under its exact name") {
  onEachDriver([](World& world) {
    Database& database = world.database();
    CHECK_FALSE(database.tableExists({world.schema(), "Things"}));
    world.run({"CREATE TABLE " + world.name("Things") + " (id INT)"});
    CHECK(database.tableExists({world.schema(), "Things"}));
    CHECK_FALSE(database.tableExists({world.schema(), "things"}));
    CHECK_FALSE(database.tableExists({world.schema(), "Thing_"}));
    CHECK_FALSE(database.tableExists({world.schema(), "%"}));
    CHECK_FALSE(database.tableExists({world.schema(), "Things' OR '1'='1"}));
  });
}

TEST_CASE("in an unknown schema no table exists") {
  onEachDriver([](World& world) {
    const TableName table{"no such schema", "t"};
    if (world.dialect().unknownSchemaHasNoTables)
      CHECK_FALSE(world.database().tableExists(table));
    else
      CHECK_THROWS_AS(world.database().tableExists(table), SqlError);
  });
}

TEST_CASE("the schema of the connection is the current one, exists, and is empty") {
  onEachDriver([](World& world) {
    CHECK(world.database().currentSchema() == world.schema());
    CHECK(world.database().schemaExists(world.schema()));
    CHECK(world.database().schemaIsEmpty(world.schema()));
  });
}

TEST_CASE("an unknown schema does not exist and is empty") {
  onEachDriver([](World& world) {
    for (const std::string name : {"no such schema", "", "x' OR '1'='1", "%"}) {
      CAPTURE(name);
      CHECK_FALSE(world.database().schemaExists(name));
      CHECK(world.database().schemaIsEmpty(name));
    }
  });
}

TEST_CASE("some kinds of objects make a schema non-empty") {
  onEachDriver([](World& world) {
    for (const ObjectKind& kind : world.dialect().objectKinds) {
      CAPTURE(kind.name);
      World fresh(world.dialect());
      fresh.run(kind.create);
      CHECK(fresh.database().schemaIsEmpty(fresh.schema()) != kind.counts);
    }
  });
}

TEST_CASE("a schema is created, used and dropped") {
  onEachDriver([](World& world) {
    if (!world.dialect().hasSchemas) return;
    Database& database = world.database();
    const std::string other = hostileSchema(world);
    const DropLater drop(database, other);
    database.createSchema(other);
    CHECK(database.schemaExists(other));
    CHECK_THROWS_AS(database.createSchema(other), SqlError);
    database.useSchema(other);
    CHECK(database.currentSchema() == other);
    world.run({"CREATE TABLE here (id INT)"});
    CHECK(database.tableExists({other, "here"}));
    CHECK_FALSE(database.schemaIsEmpty(other));
    CHECK(database.schemaIsEmpty(world.schema()));
    database.useSchema(world.schema());
    database.dropSchema(other);
    CHECK_FALSE(database.schemaExists(other));
  });
}

TEST_CASE("a database without schemas creates and drops none, and says nothing of failure") {
  onEachDriver([](World& world) {
    if (world.dialect().hasSchemas) return;
    world.run({"CREATE TABLE t (id INT)"});
    world.database().createSchema("other");
    CHECK_FALSE(world.database().schemaExists("other"));
    world.database().dropSchema(world.schema());
    CHECK(world.database().tableExists({world.schema(), "t"}));
  });
}

TEST_CASE("clean drops everything in the schema, and nothing elsewhere") {
  onEachDriver([](World& world) {
    World neighbour(world.dialect());
    neighbour.run({"CREATE TABLE kept (id INT)"});
    const std::string count = replaceAll(world.dialect().countObjects, "{schema}", world.schema());
    world.run(world.dialect().messySchema);
    REQUIRE(world.number(count) > 0);
    {
      Transaction transaction(world.database());
      world.database().cleanSchema(world.schema());
      transaction.commit();
    }
    CHECK(world.number(count) == 0);
    CHECK(world.database().schemaIsEmpty(world.schema()));
    CHECK(world.database().schemaExists(world.schema()));
    CHECK(neighbour.database().tableExists({neighbour.schema(), "kept"}));
    // What was cleaned can be built again, and cleaned outside of a transaction.
    world.run(world.dialect().messySchema);
    world.database().cleanSchema(world.schema());
    CHECK(world.number(count) == 0);
  });
}

TEST_CASE("cleaning an empty schema is no failure") {
  onEachDriver([](World& world) {
    world.database().cleanSchema(world.schema());
    CHECK(world.database().schemaIsEmpty(world.schema()));
  });
}

}  // namespace whimbrel::contract
