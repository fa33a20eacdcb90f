// Logs in to PostgreSQL with libpq and leaves: the least that a start of any program takes which uses it.
//   usage: libpq_login CONNECTION-STRING
#include <libpq-fe.h>
#include <stdio.h>

int main(int count, char** words) {
  PGconn* const connection = PQconnectdb(count > 1 ? words[1] : "");
  const int failed = PQstatus(connection) != CONNECTION_OK;
  if (failed) fputs(PQerrorMessage(connection), stderr);
  PQfinish(connection);
  return failed;
}
