#include "core/database.h"

namespace whimbrel {

void Database::executeBatch(std::span<const std::string_view> statements,
                            const std::function<void(const Execution&)>& done) {
  for (const std::string_view statement : statements) done(execute(statement));
}

Execution Database::executeCopy(std::string_view, Reader&) {
  throw SqlError("COPY … FROM STDIN is not supported by " + facts().product, {}, 0);
}

Transaction::~Transaction() {
  if (database_ == nullptr) return;
  try {
    database_->rollback();
  } catch (const SqlError&) {
    // The failure that brought us here is the one to tell; a connection that can't roll back is lost anyway.
  }
}

void Transaction::commit() {
  database_->commit();
  database_ = nullptr;
}

}  // namespace whimbrel
