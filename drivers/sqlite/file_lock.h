// A lock on the database file that only whimbrel knows: it keeps whole runs apart where SQLite's own locks
// can't, because a script that must run outside of a transaction holds none of them.
#pragma once

#include <string>

namespace whimbrel::sqlite {

/// Locks one byte behind those that SQLite locks (SQLite's file format, "Locking"; the byte need not exist),
/// with an open file description lock. So neither SQLite nor Flyway notices it, there is no other file to
/// leave behind, and the system gives it back when the process dies.
///
/// Closing any descriptor of a file gives up all the POSIX locks that the process has on it, SQLite's too.
/// That is why the descriptor stays open until the object goes, which must be after the SQLite connection was
/// closed.
class FileLock {
 public:
  FileLock() = default;
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;
  ~FileLock();

  /// True when the lock is held now, or when there is nothing to lock: `path` is empty, can't be written
  /// (then no migration will succeed either), or lies on a file system without such locks.
  bool tryLock(const std::string& path);
  void unlock() noexcept;

 private:
  int descriptor_ = -1;
};

}  // namespace whimbrel::sqlite
