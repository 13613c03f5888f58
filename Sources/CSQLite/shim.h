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

// A virtual table over rows in memory, so that one statement can insert a whole batch of them:
// `integers` numbers a row, INT64_MIN standing for a null, and one text, which ends at `ends[row]`.
// Here and not in Swift because SQLite wants a table of C functions that live for ever.
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef struct {
    const int64_t *integers;
    int64_t width;
    int64_t count;
    const char *texts;
    const uint32_t *ends;
} kubeskew_batch;

typedef struct {
    sqlite3_vtab base;
    const kubeskew_batch *batch;
} kubeskew_batch_table;

typedef struct {
    sqlite3_vtab_cursor base;
    const kubeskew_batch *batch;
    const int64_t *integers;
    int64_t row;
} kubeskew_batch_cursor;

static inline int kubeskew_batch_connect(
    sqlite3 *database, void *batch, int count, const char *const *arguments, sqlite3_vtab **made,
    char **error) {
    char sql[2048] = "CREATE TABLE x (text TEXT";
    size_t length = strlen(sql);
    for (int64_t i = 0; i < ((kubeskew_batch *)batch)->width && length < 2000; i++) {
        length += (size_t)snprintf(sql + length, sizeof sql - length, ", c%d", (int)i);
    }
    snprintf(sql + length, sizeof sql - length, ")");
    int code = sqlite3_declare_vtab(database, sql);
    if (code != SQLITE_OK) { return code; }
    kubeskew_batch_table *table = (kubeskew_batch_table *)sqlite3_malloc(sizeof *table);
    if (!table) { return SQLITE_NOMEM; }
    memset(table, 0, sizeof *table);
    table->batch = (const kubeskew_batch *)batch;
    *made = &table->base;
    return SQLITE_OK;
}

static inline int kubeskew_batch_best_index(sqlite3_vtab *table, sqlite3_index_info *info) {
    return SQLITE_OK;
}

static inline int kubeskew_batch_disconnect(sqlite3_vtab *table) {
    sqlite3_free(table);
    return SQLITE_OK;
}

static inline int kubeskew_batch_open(sqlite3_vtab *table, sqlite3_vtab_cursor **made) {
    kubeskew_batch_cursor *cursor = (kubeskew_batch_cursor *)sqlite3_malloc(sizeof *cursor);
    if (!cursor) { return SQLITE_NOMEM; }
    memset(cursor, 0, sizeof *cursor);
    cursor->batch = ((kubeskew_batch_table *)table)->batch;
    *made = &cursor->base;
    return SQLITE_OK;
}

static inline int kubeskew_batch_close(sqlite3_vtab_cursor *cursor) {
    sqlite3_free(cursor);
    return SQLITE_OK;
}

static inline int kubeskew_batch_filter(
    sqlite3_vtab_cursor *base, int number, const char *text, int count, sqlite3_value **values) {
    kubeskew_batch_cursor *cursor = (kubeskew_batch_cursor *)base;
    cursor->row = 0;
    cursor->integers = cursor->batch->integers;
    return SQLITE_OK;
}

static inline int kubeskew_batch_next(sqlite3_vtab_cursor *base) {
    kubeskew_batch_cursor *cursor = (kubeskew_batch_cursor *)base;
    cursor->row += 1;
    cursor->integers += cursor->batch->width;
    return SQLITE_OK;
}

static inline int kubeskew_batch_eof(sqlite3_vtab_cursor *base) {
    kubeskew_batch_cursor *cursor = (kubeskew_batch_cursor *)base;
    return cursor->row >= cursor->batch->count;
}

static inline int kubeskew_batch_column(
    sqlite3_vtab_cursor *base, sqlite3_context *context, int column) {
    kubeskew_batch_cursor *cursor = (kubeskew_batch_cursor *)base;
    if (column > 0) {
        int64_t value = cursor->integers[column - 1];
        if (value != INT64_MIN) { sqlite3_result_int64(context, value); }
        return SQLITE_OK;
    }
    uint32_t start = cursor->row == 0 ? 0 : cursor->batch->ends[cursor->row - 1];
    uint32_t end = cursor->batch->ends[cursor->row];
    sqlite3_result_text(
        context, cursor->batch->texts + start, (int)(end - start), SQLITE_STATIC);
    return SQLITE_OK;
}

static inline int kubeskew_batch_rowid(sqlite3_vtab_cursor *base, sqlite3_int64 *row) {
    *row = ((kubeskew_batch_cursor *)base)->row;
    return SQLITE_OK;
}

// Makes the batch a table of the connection; the batch must live as long as the connection.
static inline int kubeskew_batch_register(
    sqlite3 *database, const char *name, kubeskew_batch *batch) {
    static const sqlite3_module module = {
        .xConnect = kubeskew_batch_connect,
        .xBestIndex = kubeskew_batch_best_index,
        .xDisconnect = kubeskew_batch_disconnect,
        .xOpen = kubeskew_batch_open,
        .xClose = kubeskew_batch_close,
        .xFilter = kubeskew_batch_filter,
        .xNext = kubeskew_batch_next,
        .xEof = kubeskew_batch_eof,
        .xColumn = kubeskew_batch_column,
        .xRowid = kubeskew_batch_rowid,
    };
    return sqlite3_create_module_v2(database, name, &module, batch, 0);
}
