#include "CSimdjson.h"

// Error codes alone: no exception may cross the door.
#define SIMDJSON_EXCEPTIONS 0
#include <simdjson.h>

#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <vector>

#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

// ---------------------------------------------------------------------------------- the index

struct CSJIndex {
    std::unique_ptr<simdjson::internal::dom_parser_implementation> parser;
};

extern "C" CSJIndex *CSJIndexCreate(void) { return new (std::nothrow) CSJIndex(); }

extern "C" void CSJIndexDestroy(CSJIndex *index) { delete index; }

extern "C" const char *CSJImplementationName(void) {
    static const std::string name = simdjson::get_active_implementation()->name();
    return name.c_str();
}

static constexpr size_t longest = 0x7FFFFF00u;

static bool makeRoom(CSJIndex *index, size_t length) {
    if (index->parser && index->parser->capacity() >= length) return true;
    // The second stage is never run, so its depth costs nothing.
    const size_t capacity = length < (1u << 17) ? (1u << 17) : length + length / 4;
    if (index->parser) return index->parser->set_capacity(capacity) == simdjson::SUCCESS;
    return simdjson::get_active_implementation()->create_dom_parser_implementation(
               capacity, 1, index->parser) == simdjson::SUCCESS;
}

extern "C" CSJStatus CSJIndexBuild(
    CSJIndex *index, const uint8_t *bytes, size_t length, CSJTokens *tokens) {
    *tokens = CSJTokens{bytes, nullptr, 0, 0};
    if (length == 0) return CSJStatusEmpty;
    // Half of what 32-bit offsets reach: the depth of a text fits a signed number, too.
    if (length > longest || !makeRoom(index, length)) return CSJStatusTooLarge;
    const auto error = index->parser->stage1(bytes, length, simdjson::stage1_mode::regular);
    switch (error) {
    case simdjson::SUCCESS:
    case simdjson::UTF8_ERROR: break;
    case simdjson::EMPTY: return CSJStatusEmpty;
    case simdjson::UNCLOSED_STRING: return CSJStatusUnclosedString;
    case simdjson::UNESCAPED_CHARS: return CSJStatusControlCharacter;
    default: return CSJStatusMalformed;
    }
    tokens->tokens = index->parser->structural_indexes.get();
    tokens->count = index->parser->n_structural_indexes;
    tokens->length = static_cast<uint32_t>(length);
    return error == simdjson::SUCCESS ? CSJStatusReady : CSJStatusInvalidUTF8;
}

// ----------------------------------------------------------------------------------- the plan

namespace {

constexpr uint32_t failed = 0xFFFFFFFFu;

inline uint64_t load8(const uint8_t *bytes) {
    uint64_t word;
    std::memcpy(&word, bytes, 8);
    return word;
}

/// The first and the last eight bytes of a key: nearly always the whole of it.
///
/// Reads eight bytes whatever the length: keys lie inside padded text.
struct Key {
    uint64_t head, tail;
    uint32_t length;

    static Key of(const uint8_t *bytes, uint32_t length) {
        if (length >= 8) return {load8(bytes), load8(bytes + length - 8), length};
        const uint64_t kept = length == 0 ? 0 : load8(bytes) << (64 - 8 * length);
        return {kept, 0, length};
    }
    uint32_t hash() const {
        const uint64_t mixed = (head ^ (tail * 0x9E3779B97F4A7C15u) ^ length) * 0xD6E8FEB86659FD93u;
        return static_cast<uint32_t>(mixed >> 40);
    }
    bool operator==(const Key &other) const {
        return head == other.head && tail == other.tail && length == other.length;
    }
};

struct Node;

struct Child {
    Key key{0, 0, 0};
    const uint8_t *text = nullptr;
    Node *node = nullptr;
};

struct Node {
    int slot = -1;
    uint32_t mask = 0;
    /// Open addressing; a child without node ends the probe.
    std::vector<Child> table;
    std::vector<Child> children;

    const Node *find(const uint8_t *bytes, uint32_t length) const {
        const Key key = Key::of(bytes, length);
        for (uint32_t at = key.hash() & mask;; at = (at + 1) & mask) {
            const Child &child = table[at];
            if (child.node == nullptr) return nullptr;
            if (child.key == key
                && (length <= 16 || std::memcmp(child.text, bytes, length) == 0)) {
                return child.node;
            }
        }
    }

    void buildTable() {
        uint32_t size = 4;
        while (size < children.size() * 4) size *= 2;
        table.assign(size, Child());
        mask = size - 1;
        for (const Child &child : children) {
            uint32_t at = child.key.hash() & mask;
            while (table[at].node != nullptr) at = (at + 1) & mask;
            table[at] = child;
        }
    }
};

}  // namespace

struct CSJPlan {
    size_t slotCount = 0;
    std::vector<std::unique_ptr<Node>> nodes;
    std::vector<std::unique_ptr<uint8_t[]>> texts;

    Node *add() {
        nodes.push_back(std::make_unique<Node>());
        return nodes.back().get();
    }

    Node *child(Node *parent, const char *bytes, size_t length) {
        for (const Child &known : parent->children) {
            if (known.key.length == length && std::memcmp(known.text, bytes, length) == 0) {
                return known.node;
            }
        }
        auto text = std::make_unique<uint8_t[]>(length + 8);
        std::memcpy(text.get(), bytes, length);
        Child made;
        made.key = Key::of(text.get(), static_cast<uint32_t>(length));
        made.text = text.get();
        made.node = add();
        texts.push_back(std::move(text));
        parent->children.push_back(made);
        return made.node;
    }
};

extern "C" CSJPlan *CSJPlanCreate(const char *const *paths, size_t count) {
    auto plan = std::make_unique<CSJPlan>();
    plan->slotCount = count;
    Node *root = plan->add();
    for (size_t slot = 0; slot < count; ++slot) {
        Node *node = root;
        for (const char *key = paths[slot];;) {
            const char *end = std::strchr(key, '>');
            node = plan->child(node, key, end ? static_cast<size_t>(end - key) : std::strlen(key));
            if (!end) break;
            key = end + 1;
        }
        if (node->slot >= 0) return nullptr;
        node->slot = static_cast<int>(slot);
    }
    for (auto &node : plan->nodes) node->buildTable();
    return plan.release();
}

extern "C" void CSJPlanDestroy(CSJPlan *plan) { delete plan; }

// ----------------------------------------------------------------------------------- the walk

namespace {

struct Nesting {
    int8_t step[256] = {};
    constexpr Nesting() {
        step[static_cast<int>('{')] = 1;
        step[static_cast<int>('[')] = 1;
        step[static_cast<int>('}')] = -1;
        step[static_cast<int>(']')] = -1;
    }
};
constexpr Nesting nesting;

inline bool isSpace(uint8_t byte) {
    return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

/// The token behind the value at a token; counts brackets, so depth costs nothing.
inline uint32_t skip(const CSJTokens &text, uint32_t token, uint32_t limit) {
    const uint32_t *tokens = text.tokens;
    int32_t depth = nesting.step[text.bytes[tokens[token]]];
    if (depth < 0) return failed;
    while (depth > 0) {
        const uint32_t offset = tokens[++token];
        if (offset >= limit) return failed;
        depth += nesting.step[text.bytes[offset]];
    }
    return token + 1;
}

/// The offset of the closing quote of the string at an offset, whose next token is `next`.
inline uint32_t closingQuote(const uint8_t *bytes, uint32_t start, uint32_t next) {
    uint32_t end = next - 1;
    while (isSpace(bytes[end])) --end;
    return end > start && bytes[end] == '"' ? end : failed;
}

inline bool holdsBackslash(const uint8_t *bytes, uint32_t length) {
    // Steps of sixteen may look behind the string, into padding or the rest of the text.
#if defined(__SSE2__)
    const __m128i wanted = _mm_set1_epi8('\\');
    for (uint32_t at = 0; at < length; at += 16) {
        const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i *>(bytes + at));
        uint32_t hits = static_cast<uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(block, wanted)));
        if (length - at < 16) hits &= (1u << (length - at)) - 1;
        if (hits != 0) return true;
    }
    return false;
#elif defined(__ARM_NEON)
    const uint8x16_t wanted = vdupq_n_u8('\\');
    uint32_t at = 0;
    for (; at + 16 <= length; at += 16) {
        if (vmaxvq_u8(vceqq_u8(vld1q_u8(bytes + at), wanted)) != 0) return true;
    }
    return length > at && std::memchr(bytes + at, '\\', length - at) != nullptr;
#else
    return std::memchr(bytes, '\\', length) != nullptr;
#endif
}

/// Reads an integer; a number with a fraction or out of range is a number all the same.
void readNumber(const uint8_t *bytes, uint32_t length, CSJValue &value) {
    const bool negative = length > 0 && bytes[0] == '-';
    uint32_t at = negative ? 1 : 0;
    if (at >= length || bytes[at] < '0' || bytes[at] > '9') {
        value.kind = CSJKindInvalid;
        return;
    }
    value.kind = CSJKindNumber;
    int64_t sum = 0;
    for (; at < length; ++at) {
        if (bytes[at] < '0' || bytes[at] > '9') return;
        if (__builtin_mul_overflow(sum, 10, &sum)) return;
        const int64_t digit = bytes[at] - '0';
        if (__builtin_add_overflow(sum, negative ? -digit : digit, &sum)) return;
    }
    value.integer = sum;
}

void readWord(const uint8_t *bytes, uint32_t length, CSJValue &value) {
    if (length == 4 && std::memcmp(bytes, "true", 4) == 0) {
        value.kind = CSJKindBool;
        value.integer = 1;
    } else if (length == 5 && std::memcmp(bytes, "false", 5) == 0) {
        value.kind = CSJKindBool;
    } else if (length == 4 && std::memcmp(bytes, "null", 4) == 0) {
        value.kind = CSJKindNull;
    } else {
        readNumber(bytes, length, value);
    }
}

/// Fills `value` from the token, and returns the token behind it.
inline uint32_t fill(
    const CSJTokens &text, uint32_t token, uint32_t limit, CSJValue &value) {
    const uint32_t start = text.tokens[token];
    const uint8_t first = text.bytes[start];
    value.token = token;
    value.integer = 0;
    value.escaped = false;
    if (first == '"') {
        const uint32_t next = text.tokens[token + 1];
        const uint32_t end = closingQuote(text.bytes, start, next < limit ? next : limit);
        if (end == failed) return failed;
        value.kind = CSJKindString;
        value.bytes = text.bytes + start + 1;
        value.length = end - start - 1;
        value.after = token + 1;
        value.escaped = holdsBackslash(value.bytes, value.length);
        return token + 1;
    }
    const uint32_t after = skip(text, token, limit);
    if (after == failed) return failed;
    value.after = after;
    value.bytes = text.bytes + start;
    if (nesting.step[first] > 0) {
        value.kind = first == '{' ? CSJKindObject : CSJKindArray;
        value.length = text.tokens[after - 1] + 1 - start;
        return after;
    }
    const uint32_t next = text.tokens[after];
    uint32_t end = next < limit ? next : limit;
    while (end > start && isSpace(text.bytes[end - 1])) --end;
    value.length = end - start;
    readWord(value.bytes, value.length, value);
    return after;
}

/// The child for a key; a key that is spelled with escapes is the key that it spells.
inline const Node *findChild(const Node &node, const uint8_t *key, uint32_t length) {
    const Node *child = node.find(key, length);
    if (child != nullptr || !holdsBackslash(key, length)) return child;
    uint8_t plain[128];
    if (length > sizeof plain - 8) return nullptr;
    const size_t plainLength = CSJUnescape(key, length, plain);
    std::memset(plain + plainLength, 0, 8);
    return node.find(plain, static_cast<uint32_t>(plainLength));
}

uint32_t walkObject(
    const CSJTokens &text, const Node &node, uint32_t token, uint32_t limit, CSJValue *slots);

inline uint32_t walkValue(
    const CSJTokens &text, const Node &node, uint32_t token, uint32_t limit, CSJValue *slots) {
    if (node.children.empty() || text.bytes[text.tokens[token]] != '{') {
        if (node.slot < 0) return skip(text, token, limit);
        return fill(text, token, limit, slots[node.slot]);
    }
    const uint32_t after = walkObject(text, node, token, limit, slots);
    if (after != failed && node.slot >= 0) fill(text, token, limit, slots[node.slot]);
    return after;
}

/// Recurses as deep as the plan's paths are long, never as deep as the text nests.
uint32_t walkObject(
    const CSJTokens &text, const Node &node, uint32_t token, uint32_t limit, CSJValue *slots) {
    const uint8_t *bytes = text.bytes;
    const uint32_t *tokens = text.tokens;
    uint32_t offset = tokens[++token];
    if (offset >= limit) return failed;
    if (bytes[offset] == '}') return token + 1;
    while (true) {
        const uint32_t colon = tokens[token + 1];
        if (bytes[offset] != '"' || colon >= limit || bytes[colon] != ':') return failed;
        const uint32_t quote = closingQuote(bytes, offset, colon);
        if (quote == failed) return failed;
        token += 2;
        if (tokens[token] >= limit) return failed;
        const Node *child = findChild(node, bytes + offset + 1, quote - offset - 1);
        token = child ? walkValue(text, *child, token, limit, slots) : skip(text, token, limit);
        if (token == failed || tokens[token] >= limit) return failed;
        const uint8_t end = bytes[tokens[token]];
        if (end == '}') return token + 1;
        if (end != ',') return failed;
        offset = tokens[++token];
        if (offset >= limit) return failed;
    }
}

}  // namespace

extern "C" CSJStatus CSJWalk(
    const CSJTokens *tokens, const CSJPlan *plan, uint32_t token, uint32_t limit,
    CSJValue *slots, uint32_t *after) {
    std::memset(slots, 0, plan->slotCount * sizeof(CSJValue));
    if (limit > tokens->length) limit = tokens->length;
    if (token >= tokens->count || tokens->tokens[token] >= limit
        || tokens->bytes[tokens->tokens[token]] != '{') {
        return CSJStatusMalformed;
    }
    const uint32_t end = walkObject(*tokens, *plan->nodes.front(), token, limit, slots);
    if (end == failed) return CSJStatusMalformed;
    *after = end;
    return CSJStatusReady;
}

extern "C" CSJValue CSJValueAt(const CSJTokens *tokens, uint32_t token, uint32_t limit) {
    CSJValue value{};
    if (limit > tokens->length) limit = tokens->length;
    if (token >= tokens->count || tokens->tokens[token] >= limit) return value;
    if (fill(*tokens, token, limit, value) == failed) return CSJValue{};
    return value;
}

// ------------------------------------------------------------------------------------ escapes

namespace {

/// Four hexadecimal digits, or -1.
int32_t hexadecimal(const uint8_t *bytes, const uint8_t *end) {
    if (end - bytes < 4) return -1;
    int32_t value = 0;
    for (int digit = 0; digit < 4; ++digit) {
        const uint8_t byte = bytes[digit];
        if (byte >= '0' && byte <= '9') value = value * 16 + (byte - '0');
        else if (byte >= 'a' && byte <= 'f') value = value * 16 + (byte - 'a' + 10);
        else if (byte >= 'A' && byte <= 'F') value = value * 16 + (byte - 'A' + 10);
        else return -1;
    }
    return value;
}

uint8_t *encode(uint32_t scalar, uint8_t *out) {
    if (scalar < 0x80) {
        *out++ = static_cast<uint8_t>(scalar);
    } else if (scalar < 0x800) {
        *out++ = static_cast<uint8_t>(0xC0 | scalar >> 6);
        *out++ = static_cast<uint8_t>(0x80 | (scalar & 63));
    } else if (scalar < 0x10000) {
        *out++ = static_cast<uint8_t>(0xE0 | scalar >> 12);
        *out++ = static_cast<uint8_t>(0x80 | (scalar >> 6 & 63));
        *out++ = static_cast<uint8_t>(0x80 | (scalar & 63));
    } else {
        *out++ = static_cast<uint8_t>(0xF0 | scalar >> 18);
        *out++ = static_cast<uint8_t>(0x80 | (scalar >> 12 & 63));
        *out++ = static_cast<uint8_t>(0x80 | (scalar >> 6 & 63));
        *out++ = static_cast<uint8_t>(0x80 | (scalar & 63));
    }
    return out;
}

/// Reads what follows `\u` and moves behind it.
uint32_t unicodeEscape(const uint8_t *&bytes, const uint8_t *end) {
    const int32_t high = hexadecimal(bytes, end);
    if (high < 0) return '?';
    bytes += 4;
    if (high < 0xD800 || high > 0xDFFF) return static_cast<uint32_t>(high);
    if (high < 0xDC00 && end - bytes >= 6 && bytes[0] == '\\' && bytes[1] == 'u') {
        const int32_t low = hexadecimal(bytes + 2, end);
        if (low >= 0xDC00 && low <= 0xDFFF) {
            bytes += 6;
            return 0x10000u + (static_cast<uint32_t>(high - 0xD800) << 10)
                + static_cast<uint32_t>(low - 0xDC00);
        }
    }
    return 0xFFFD;
}

uint8_t simpleEscape(uint8_t letter) {
    switch (letter) {
    case '"': case '\\': case '/': return letter;
    case 'b': return '\b';
    case 'f': return '\f';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return '?';
    }
}

}  // namespace

extern "C" size_t CSJUnescape(const uint8_t *bytes, size_t length, uint8_t *out) {
    const uint8_t *const start = out;
    const uint8_t *const end = bytes + length;
    while (bytes < end) {
        const void *found = std::memchr(bytes, '\\', static_cast<size_t>(end - bytes));
        const uint8_t *slash = found ? static_cast<const uint8_t *>(found) : end;
        std::memmove(out, bytes, static_cast<size_t>(slash - bytes));
        out += slash - bytes;
        if (slash == end) break;
        if (slash + 1 == end) {
            *out++ = '?';
            break;
        }
        bytes = slash + 2;
        if (slash[1] == 'u') {
            out = encode(unicodeEscape(bytes, end), out);
        } else {
            *out++ = simpleEscape(slash[1]);
        }
    }
    return static_cast<size_t>(out - start);
}

extern "C" size_t CSJFindByte(const uint8_t *bytes, size_t length, uint8_t byte) {
    if (length == 0) return 0;
    const void *found = std::memchr(bytes, byte, length);
    return found ? static_cast<size_t>(static_cast<const uint8_t *>(found) - bytes) : length;
}
