#include "drivers/sqlite/file_lock.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

namespace whimbrel::sqlite {

namespace {

/// SQLite locks 512 bytes from 1 GiB on; this is the one behind them.
constexpr off_t lockedByte = 0x40000000 + 512;

bool setLock(int descriptor, short type) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  lock.l_start = lockedByte;
  lock.l_len = 1;
  return fcntl(descriptor, F_OFD_SETLK, &lock) == 0;
}

}  // namespace

FileLock::~FileLock() {
  if (descriptor_ >= 0) close(descriptor_);
}

bool FileLock::tryLock(const std::string& path) {
  if (path.empty()) return true;
  if (descriptor_ < 0) descriptor_ = open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor_ < 0 || setLock(descriptor_, F_WRLCK)) return true;
  return errno != EAGAIN && errno != EACCES;
}

void FileLock::unlock() noexcept {
  if (descriptor_ >= 0) setLock(descriptor_, F_UNLCK);
}

}  // namespace whimbrel::sqlite
