#include "drivers/mysql/server_facts.h"

namespace whimbrel::mysql {

namespace {

/// "10.11" of "10.11.19-MariaDB-0+deb12u1".
std::string majorMinor(const std::string& version) {
  const std::size_t minor = version.find('.');
  return version.substr(
      0, minor == std::string::npos ? minor : version.find_first_not_of("0123456789", minor + 1));
}

/// The last column is enforce_gtid_consistency on MySQL from 5.7 on, whose version comment MariaDB skips, and
/// wsrep_on on MariaDB. Read as variables: a look into the tables of all variables takes the server longer
/// than everything else here.
Row askFacts(Connection& connection) {
  constexpr int unknownVariable = 1193;
  const std::string facts =
      "SELECT VERSION(), DATABASE(), SUBSTRING_INDEX(USER(), '@', 1), @@foreign_key_checks, "
      "@@sql_safe_updates, @@lower_case_table_names, @@max_allowed_packet, @@version_comment "
      "/*!50700 , @@GLOBAL.enforce_gtid_consistency */";
  try {
    return connection.query(facts + "/*M!100000 , @@GLOBAL.wsrep_on */").at(0);
  } catch (const SqlError& error) {
    if (error.vendorCode != unknownVariable) throw;
    return connection.query(facts).at(0);  // a MariaDB that was built without it
  }
}

bool isStrictPercona(Connection& connection) {
  const Value mode = connection.query("SELECT @@GLOBAL.pxc_strict_mode").at(0).at(0);
  return mode == "ENFORCING" || mode == "MASTER";
}

}  // namespace

ServerFacts askServer(Connection& connection) {
  const Row row = askFacts(connection);
  const auto text = [&](std::size_t column) { return column < row.size() ? row[column].value_or("") : ""; };
  const auto on = [&](std::size_t column) { return text(column) == "ON" || text(column) == "1"; };
  connection.limitPackets(std::stoull(text(6)));
  ServerFacts facts;
  facts.mariadb = text(0).find("MariaDB") != std::string::npos;
  facts.version = majorMinor(text(0));
  facts.database = row.at(1);
  facts.user = text(2);
  facts.foreignKeyChecks = text(3);
  facts.safeUpdates = text(4);
  facts.lettersMatter = text(5) == "0";
  facts.noNamedLocks = text(7).find("XtraDB Cluster") != std::string::npos && isStrictPercona(connection);
  facts.noCreateAsSelect = facts.noNamedLocks || (!facts.mariadb && on(8));
  facts.cluster = facts.noNamedLocks || (facts.mariadb && on(8));
  return facts;
}

}  // namespace whimbrel::mysql
