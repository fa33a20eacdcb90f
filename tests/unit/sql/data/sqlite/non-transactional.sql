pragma Foreign_Keys;
PRAGMA foreign_keys(1);
VACUUM;
VACUUM INTO 'x';
PRAGMA main.foreign_keys = 1;
PRAGMA user_version = 5;
PRAGMA defer_foreign_keys = ON;
PRAGMA journal_mode = WAL;
DETACH m;
-- c
/* d */ vacuum