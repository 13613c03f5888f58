/// The door to simdjson: where the values of JSON documents are, without building a tree.
///
/// simdjson's first stage finds every structural character (with the best instruction set of the
/// running machine, chosen by the library at run time). What follows here walks those "tokens":
/// a plan of key paths is matched against one object, in one pass, and each path that is found
/// fills a slot. Nothing is allocated while walking, nothing is copied, nothing recurses deeper
/// than the plan, and no exception leaves the door.
///
/// Whoever calls keeps the bytes alive and readable for CSJPadding bytes behind their end.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { CSJPadding = 64 };

typedef enum __attribute__((enum_extensibility(closed))) CSJKind : uint8_t {
    CSJKindMissing = 0,
    CSJKindNull,
    CSJKindBool,
    CSJKindNumber,
    CSJKindString,
    CSJKindObject,
    CSJKindArray,
    /// A word that is no JSON value.
    CSJKindInvalid,
} CSJKind;

typedef enum __attribute__((enum_extensibility(closed))) CSJStatus : uint8_t {
    CSJStatusReady = 0,
    /// Usable, but some string is not UTF-8.
    CSJStatusInvalidUTF8,
    CSJStatusEmpty,
    CSJStatusUnclosedString,
    CSJStatusControlCharacter,
    /// An object that ends too early, or is none.
    CSJStatusMalformed,
    /// Two gigabytes or more, or no memory for its index.
    CSJStatusTooLarge,
} CSJStatus;

/// The tokens of a text: offsets of `{ } [ ] : ,` and of the first byte of every scalar.
///
/// tokens[count] is the length of the text.
typedef struct CSJTokens {
    const uint8_t *bytes;
    const uint32_t *tokens;
    uint32_t count;
    uint32_t length;
} CSJTokens;

/// A value in place.
typedef struct CSJValue {
    /// A string without its quotes; any other value with its brackets.
    const uint8_t *bytes;
    /// Of a number without fraction or exponent that fits, 1 for true; otherwise 0.
    int64_t integer;
    uint32_t length;
    /// The token it starts at, and the token behind it.
    uint32_t token;
    uint32_t after;
    CSJKind kind;
    /// A string that holds a backslash.
    bool escaped;
} CSJValue;

typedef struct CSJIndex CSJIndex;
typedef struct CSJPlan CSJPlan;

CSJIndex *CSJIndexCreate(void);
void CSJIndexDestroy(CSJIndex *index);

/// Finds the tokens of a text: one document, or many with white space between them.
///
/// `tokens` stays valid until the next call.
CSJStatus CSJIndexBuild(CSJIndex *index, const uint8_t *bytes, size_t length, CSJTokens *tokens);

/// Which instruction set simdjson chose, for people.
const char *CSJImplementationName(void);

/// Compiles key paths such as `user>username`; slot i is for path i, mark j for path j of `marks`.
///
/// In the paths of marks `items[]` stands for each item of a list, `items{}` for each value of a
/// map. A mark says that there is something at its path. Null for a path twice.
CSJPlan *CSJPlanCreate(
    const char *const *paths, size_t count, const char *const *marks, size_t markCount);
void CSJPlanDestroy(CSJPlan *plan);

/// Has another plan, without inner ones of its own, walked over the object of a slot in passing.
void CSJPlanNest(CSJPlan *plan, size_t slot, const CSJPlan *inner);

/// What an inner plan found: the nth that was nested fills the nth of these.
///
/// Slots and marks hold what is behind them only where the object was there, and whole.
typedef struct CSJInner {
    CSJValue *slots;
    uint64_t *marks;
    bool isRead;
} CSJInner;

/// Matches the plan against the object at a token, which must end before byte offset `limit`.
///
/// Fills one slot for each path of the plan; of a key that comes twice the last counts.
/// `inners` has one for each nested plan, or is null. `after` becomes the token behind the object.
CSJStatus CSJWalk(
    const CSJTokens *tokens, const CSJPlan *plan, uint32_t token, uint32_t limit,
    CSJValue *slots, CSJInner *inners, uint32_t *after);

/// The value at a token; missing where there is none before `limit`.
CSJValue CSJValueAt(const CSJTokens *tokens, uint32_t token, uint32_t limit);

/// Writes a JSON string without its escapes and returns the number of bytes written.
///
/// Never writes more than `length` bytes. A lone surrogate becomes U+FFFD, an unknown escape `?`.
size_t CSJUnescape(const uint8_t *bytes, size_t length, uint8_t *out);

/// The offset of the first such byte, or `length`.
size_t CSJFindByte(const uint8_t *bytes, size_t length, uint8_t byte);

#ifdef __cplusplus
}
#endif
