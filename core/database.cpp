#include "core/database.h"

namespace whimbrel {

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
