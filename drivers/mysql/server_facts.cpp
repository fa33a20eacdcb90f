#include "drivers/mysql/server_facts.h"

namespace whimbrel::mysql {

namespace {

/// "10.11" of "10.11.19-MariaDB-0+deb12u1".
std::string majorMinor(const std::string& version) {
  const std::size_t minor = version.find('.');
  return version.substr(
      0, minor == std::string::npos ? minor : version.find_first_not_of("0123456789", minor + 1));
}

}  // namespace

ServerFacts askServer(Connection& connection) {
  // MariaDB runs what stands behind /*M!, and skips version comments from 50700 on, which MySQL runs. Older
  // MySQL servers answer without these columns.
  const std::vector<Row> rows = connection.query(
      "SELECT VERSION(), DATABASE(), SUBSTRING_INDEX(USER(), '@', 1), @@foreign_key_checks, "
      "@@sql_safe_updates, "
      "@@lower_case_table_names, @@max_allowed_packet "
      "/*M!100000 , 'OFF', (SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_VARIABLES "
      "WHERE VARIABLE_NAME = 'WSREP_ON') */"
      "/*!50700 , @@GLOBAL.enforce_gtid_consistency, (SELECT VARIABLE_VALUE FROM "
      "performance_schema.global_variables "
      "WHERE VARIABLE_NAME = 'pxc_strict_mode') */");
  const auto text = [&](std::size_t column) {
    const Row& row = rows.at(0);
    return column < row.size() ? row[column].value_or("") : "";
  };
  const std::string cluster = text(8);
  connection.limitPackets(std::stoull(text(6)));
  ServerFacts facts;
  facts.mariadb = text(0).find("MariaDB") != std::string::npos;
  facts.version = majorMinor(text(0));
  facts.database = rows.at(0).at(1);
  facts.user = text(2);
  facts.foreignKeyChecks = text(3);
  facts.safeUpdates = text(4);
  facts.lettersMatter = text(5) == "0";
  const bool strictPercona = cluster == "ENFORCING" || cluster == "MASTER";
  facts.noCreateAsSelect = text(7) == "ON" || text(7) == "1" || strictPercona;
  facts.noNamedLocks = strictPercona;
  facts.cluster = cluster == "ON" || strictPercona;
  return facts;
}

}  // namespace whimbrel::mysql
