#include <sqlite3.h>

// Swift cannot call functions of variable arguments: the on/off form of sqlite3_db_config.
static inline int kubeskew_sqlite_switch(sqlite3 *database, int option, int on) {
    return sqlite3_db_config(database, option, on, (int *)0);
}

// The destructors are casts of small numbers, which Swift does not import: bytes that stay where
// they are until the statement is reset, and bytes that SQLite must copy.
static inline int kubeskew_sqlite_bind_text(
    sqlite3_stmt *statement, int index, const char *bytes, unsigned long long count, int copy) {
    return sqlite3_bind_text64(
        statement, index, bytes, count, copy ? SQLITE_TRANSIENT : SQLITE_STATIC, SQLITE_UTF8);
}

static inline int kubeskew_sqlite_bind_blob(
    sqlite3_stmt *statement, int index, const void *bytes, unsigned long long count, int copy) {
    return sqlite3_bind_blob64(
        statement, index, bytes, count, copy ? SQLITE_TRANSIENT : SQLITE_STATIC);
}
