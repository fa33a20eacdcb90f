// Splits a script, its bytes as they are, and says how much processor time that took: see splitting.py.
//   bench_splitting mysql|mariadb|postgresql|sqlite FILE
#include <cstdio>
#include <ctime>
#include <fstream>
#include <map>
#include <string_view>

#include "core/sql/splitter.h"
#include "core/sql/syntax.h"
#include "core/text/reader.h"

namespace {

class FileReader : public whimbrel::Reader {
 public:
  explicit FileReader(const char* path) : file_(std::fopen(path, "rb")) {}
  FileReader(const FileReader&) = delete;
  FileReader& operator=(const FileReader&) = delete;
  ~FileReader() override {
    if (file_ != nullptr) std::fclose(file_);
  }
  bool open() const { return file_ != nullptr; }
  std::size_t read(char* buffer, std::size_t size) override { return std::fread(buffer, 1, size, file_); }

 private:
  std::FILE* file_;
};

}  // namespace

int main(int argc, char** argv) {
  using namespace whimbrel;
  const std::map<std::string_view, const sql::Syntax*> dialects{{"mysql", &sql::mysqlSyntax},
                                                                {"mariadb", &sql::mariadbSyntax},
                                                                {"sqlite", &sql::sqliteSyntax},
                                                                {"postgresql", &sql::postgresqlSyntax}};
  if (argc != 3 || !dialects.contains(argv[1])) return 2;
  FileReader file(argv[2]);
  if (!file.open()) return 1;
  const std::clock_t start = std::clock();
  sql::Splitter splitter(file, *dialects.at(argv[1]));
  std::size_t statements = 0;
  while (splitter.next()) ++statements;
  const double elapsed = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  std::printf("%zu statements, %.4f s\n", statements, elapsed);
  return 0;
}
