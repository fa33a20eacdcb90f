// Reads what is mostly no such text: an Error or SqlError is an answer as good as any.
#pragma once

#include "core/database.h"
#include "core/error.h"

template <typename Read>
void attempt(const Read& read) {
  try {
    read();
  } catch (const whimbrel::Error&) {
  } catch (const whimbrel::SqlError&) {
  }
}
