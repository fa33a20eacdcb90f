// What a script changes in its session.
#include "core/text/strings.h"
#include "tests/integration/driver_contract/driver_contract.h"

namespace whimbrel::contract {

TEST_CASE("restoreSession puts back what the reference puts back, and only that") {
  onEachDriver([](World& world) {
    for (const SessionChange& change : world.dialect().sessionChanges) {
      CAPTURE(change.change);
      world.database().execute(change.change);
      world.database().restoreSession();
      CHECK(world.value(change.probe) == change.afterwards);
    }
  });
}

TEST_CASE("restoreSession keeps rows, transactions and the current schema") {
  onEachDriver([](World& world) {
    world.run({"CREATE TABLE t (id INT)"});
    Transaction transaction(world.database());
    world.run({"INSERT INTO t VALUES (1)"});
    world.database().restoreSession();
    world.database().restoreSession();
    CHECK(world.database().currentSchema() == world.schema());
    world.database().rollback();
    CHECK(world.number("SELECT count(*) FROM t") == 0);
    transaction.commit();
  });
}

TEST_CASE("a script that leaves the current schema does not take the next one along") {
  onEachDriver([](World& world) {
    if (!world.dialect().hasSchemas) return;
    const std::string other = world.schema() + "_other";
    world.database().createSchema(other);
    world.database().useSchema(other);
    world.database().useSchema(world.schema());
    world.database().execute(
        replaceAll(world.dialect().changeSchema, "{schema}", world.database().quote(other)));
    world.database().restoreSession();
    world.database().useSchema(world.schema());
    CHECK(world.database().currentSchema() == world.schema());
    world.database().dropSchema(other);
  });
}

}  // namespace whimbrel::contract
